Feature: What a receiver did, seen without touching it
  Its calls to the platform, what of it can be read before and after, and the words of one that runs in a Go test.

  Scenario Outline: A value goes up by one for each callback
    Given a <platform> store
    And a hook for "<event>"
    And the probe "processed" is "processed" of "/state"
    When a new "<event>" happens
    Then the probe "processed" goes from 0 to 1
    And the receiver said "processed <event>" once

    @in-process
    Examples:
      | platform    | event                  |
      | Oliver POS  | customerCreated        |
      | Cratejoy    | customer_new           |
      | BigCommerce | store/customer/created |

  Scenario Outline: What is broken changes nothing
    Given a <platform> store
    And a hook for "<event>"
    And the probe "records" is "records.#" of "/state"
    When "<event>" happens but arrives with: truncated JSON
    Then the probe "records" stays as it was
    And the receiver said "processed <event>" 0 times
    And the receiver made no call to the platform

    @in-process
    Examples:
      | platform    | event                  |
      | Oliver POS  | customerCreated        |
      | Cratejoy    | customer_new           |
      | BigCommerce | store/customer/created |

  @bigcommerce
  Scenario: Each of five callbacks is looked up once
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When 5 new "store/customer/created" happen
    Then the receiver acknowledges it
    And the receiver fetched the customer exactly once

  @bigcommerce
  Scenario: A forged callback makes the receiver fetch nothing
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When "store/customer/created" happens with:
      | data.id | 32 |
    Then the receiver fetched customer 32 exactly once
    When it is sent again but arrives with: wrong key
    Then the receiver made no call to the platform
