@bigcommerce @must
Feature: BigCommerce's callbacks are thin
  A callback names what has changed; what it is now has to be fetched.

  Scenario Outline: <event>: the <resource> is fetched
    Given a BigCommerce store
    And a hook for "<event>"
    When a new "<event>" happens
    Then the receiver acknowledges it
    And the receiver fetched the <resource>

    Examples:
      | event                  | resource |
      | store/customer/created | customer |
      | store/customer/updated | customer |
      | store/order/created    | order    |
      | store/product/updated  | product  |
      | store/cart/created     | cart     |

  @may
  Scenario: A big id is fetched to the last digit
    BigCommerce's ids are integers without a bound, and none that was seen is longer than 32 bits.
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When "store/customer/created" happens with:
      | data.id | 9007199254740993 |
    Then the receiver acknowledges it
    And the receiver fetched customer "9007199254740993"

  Scenario: An order that is completed is fetched as one
    An app may wait for 10, Completed; where it shows what it has fetched, a feature of its own can hold it to that.
    Given a BigCommerce store
    And a hook for "store/order/statusUpdated"
    And the order 118 has:
      | status_id | 10        |
      | status    | Completed |
    When "store/order/statusUpdated" happens with:
      | data.id                   | 118 |
      | data.status.new_status_id | 10  |
    Then the receiver acknowledges it
    And the receiver fetched order 118

  Scenario: An order of another status is no error
    Given a BigCommerce store
    And a hook for "store/order/created"
    And every order has:
      | status_id | 0          |
      | status    | Incomplete |
    When a new "store/order/created" happens
    Then the receiver acknowledges it
    And the receiver still handles "store/order/created"

  @should
  Scenario: What was deleted is not looked for among the orders
    Given a BigCommerce store
    And a hook for "store/customer/deleted"
    And customer "5" does not exist
    When "store/customer/deleted" happens with:
      | data.id | 5 |
    Then the receiver acknowledges it
    And the receiver fetched order "5" 0 times

  @should
  Scenario: What is gone by the time it is fetched is no error
    Given a BigCommerce store
    And a hook for "store/product/updated"
    And product "32" does not exist
    When "store/product/updated" happens with:
      | data.id | 32 |
    Then the receiver acknowledges it
    And the receiver still handles "store/product/updated"

  Scenario: A wildcard gets the events below it
    Given a BigCommerce store
    And a hook for "store/cart/*"
    When a new "store/cart/lineItem/created" happens
    Then the receiver acknowledges it

  Scenario: Another client's hook is signed with another client's secret
    Given a BigCommerce store
    And another API client "billing app" of that store
    And a hook for "store/order/created" with:
      | client | billing app |
    And a hook for "store/customer/created"
    When a new "store/customer/created" happens
    Then the receiver acknowledges it
    When a new "store/order/created" happens
    Then the receiver refuses it
    And the receiver made no call to the platform
