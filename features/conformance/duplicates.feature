@must
Feature: The same callback twice
  Senders repeat themselves: after a lost answer, after a retry, by accident.

  Scenario Outline: The second one is acknowledged too
    Given a <platform> store
    And a hook for "<event>"
    When a new "<event>" happens
    And the same callback is sent again
    Then the receiver answers as the contract allows
    And the receiver still handles "<event>"

    Examples:
      | platform    | event                  |
      | Oliver POS  | customerCreated        |
      | Cratejoy    | customer_new           |
      | BigCommerce | store/customer/created |

  Scenario Outline: It takes effect only once
    Given a <platform> store
    And a hook for "<event>"
    When a new "<event>" happens
    And the same callback is sent again
    Then it has taken effect only once

    Examples:
      | platform    | event                  |
      | Oliver POS  | customerCreated        |
      | Cratejoy    | customer_new           |
      | BigCommerce | store/customer/created |

  @cratejoy
  Scenario: Another event about the same subscription is no duplicate
    Cratejoy has no delivery id. Who remembers event and id loses the second renewal.
    Given a Cratejoy store
    And a hook for "subscription_renewed"
    When "subscription_renewed" happens with:
      | id       | {new id}      |
      | end_date | 1797807582000 |
    And "subscription_renewed" happens with:
      | id       | {new id}      |
      | end_date | 1800486000000 |
    Then the receiver answers as the contract allows
    And it takes effect

  @bigcommerce
  Scenario: Another update of the same product is no duplicate
    Given a BigCommerce store
    And a hook for "store/product/updated"
    When "store/product/updated" happens
    And "store/product/updated" happens
    Then the receiver answers as the contract allows
    And the receiver fetched the product

  @bigcommerce @should
  Scenario: The same event under another delivery id is processed once
    "If a hook fires twice for the same event, both request bodies rely on the same hash." Whether the webhook-id is then another one
    is not known, so no receiver has to tell such a copy by the hash: it should.
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When a new "store/customer/created" happens
    And the same event is sent again as another delivery
    Then the receiver answers as the contract allows
    And it has taken effect only once
