@must
Feature: In which number and order callbacks come
  Senders retry, run in parallel, and have several hooks. Nothing says which of two callbacks arrives first.

  @should
  Scenario Outline: Eight copies at once are answered
    Given a <platform> store
    And a hook for "<event>"
    When a new "<event>" happens and arrives 8 times at once
    Then the receiver answers as the contract allows
    And the receiver still handles "<event>"

    Examples:
      | platform    | event                  |
      | Oliver POS  | customerCreated        |
      | Cratejoy    | customer_new           |
      | BigCommerce | store/customer/created |

  Scenario Outline: Eight copies at once are processed once
    Given a <platform> store
    And a hook for "<event>"
    When a new "<event>" happens and arrives 8 times at once
    Then it is processed once

    Examples:
      | platform    | event                  |
      | Oliver POS  | customerCreated        |
      | Cratejoy    | customer_new           |
      | BigCommerce | store/customer/created |

  Scenario Outline: Eight different ones at once are acknowledged
    Where the platform tries again, a receiver may limit its rate: 429 with Retry-After.
    Given a <platform> store
    And a hook for "<event>"
    When 8 new "<event>" happen at once
    Then the receiver answers as the contract allows

    Examples:
      | platform    | event                  |
      | Oliver POS  | customerCreated        |
      | Cratejoy    | customer_new           |
      | BigCommerce | store/customer/created |

  Scenario Outline: Eight different ones at once are each processed once
    Given a <platform> store
    And a hook for "<event>"
    When 8 new "<event>" happen at once
    And 1 hour passes
    Then it is processed once

    Examples:
      | platform    | event                  |
      | Oliver POS  | customerCreated        |
      | Cratejoy    | customer_new           |
      | BigCommerce | store/customer/created |

  Scenario Outline: What was changed arrives before what was made
    Given a <platform> store
    And a hook for "<made>"
    And a hook for "<changed>"
    When these happen and arrive in reverse order:
      | <made>    |
      | <changed> |
    Then the receiver answers as the contract allows

    Examples:
      | platform    | made                   | changed                |
      | Oliver POS  | customerCreated        | customerUpdated        |
      | Cratejoy    | order_new              | order_updated          |
      | BigCommerce | store/customer/created | store/customer/updated |

  @should
  Scenario Outline: The same event for two hooks is processed once
    Who registers one hook gets one callback. Two come of a registration that was made twice, by a deployment or by hand.
    Given a <platform> store
    And a hook for "<event>"
    And a hook for "<other>"
    When a new "<event>" happens
    Then it is processed once

    Examples:
      | platform    | event                  | other                  |
      | Cratejoy    | customer_new           | customer_new           |
      | BigCommerce | store/customer/created | store/customer/*       |
      | BigCommerce | store/customer/created | store/customer/created |

  @bigcommerce
  Scenario Outline: A retry that is <age> late is no forgery
    The signature is of now; only the event is old.
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When "store/customer/created" happened <age> ago and arrives now
    Then the receiver answers as the contract allows
    And the receiver fetched the customer

    Examples:
      | age        |
      | 10 minutes |
      | 47 hours   |

  @bigcommerce
  Scenario: A late retry after a newer event is not lost
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When a new "store/customer/created" happens
    And "store/customer/created" happened 2 hours ago and arrives now
    Then the receiver answers as the contract allows
    And the receiver fetched the customer

  @bigcommerce
  Scenario: The retry of an older event comes after a newer one of the same product
    Given a BigCommerce store
    And a hook for "store/product/updated"
    And an outage of 30 seconds: answer 503
    When "store/product/updated" happens with:
      | data.id | {new id} |
    And the outage is over
    And "store/product/updated" happens with:
      | data.id | {new id} |
    And the next retry comes
    Then the receiver answers as the contract allows
    And "store/product/updated" was sent 3 times
