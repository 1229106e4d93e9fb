@must
Feature: While the receiver cannot be reached
  Something stands in front of it and answers in its place, loses what it says, or lets nothing through. What the receiver
  has handled already, and what comes again, is processed once.

  @bigcommerce
  Scenario Outline: <outage>: it comes again, and is acknowledged
    Given a BigCommerce store
    And a hook for "store/customer/created"
    And an outage of 30 minutes: <outage>
    When a new "store/customer/created" happens
    And 2 hours pass
    Then the receiver acknowledges it
    And "store/customer/created" was sent 6 times
    And every hook is on

    Examples:
      | outage                           |
      | answer 301                       |
      | answer 302                       |
      | answer 307                       |
      | answer 401                       |
      | answer 403                       |
      | answer 404                       |
      | answer 408                       |
      | answer 410                       |
      | answer 429                       |
      | answer 500                       |
      | answer 502                       |
      | answer 503                       |
      | answer 504                       |
      | connection refused               |
      | no answer in time                |
      | answer lost                      |
      | answer too late                  |
      | answer with a 9 KiB header field |

  @bigcommerce
  Scenario Outline: <outage>: it comes again, and is processed once
    Given a BigCommerce store
    And a hook for "store/customer/created"
    And an outage of 30 minutes: <outage>
    When a new "store/customer/created" happens
    And 2 hours pass
    Then it is processed once

    Examples:
      | outage                           |
      | answer 500                       |
      | connection refused               |
      | no answer in time                |
      | answer lost                      |
      | answer too late                  |
      | answer with a 9 KiB header field |

  Scenario Outline: <platform> does not try again: <outage>
    Nobody knows that it does. What was lost is lost, and the next callback is handled.
    Given a <platform> store
    And a hook for "<event>"
    And an outage of 30 minutes: <outage>
    When a new "<event>" happens
    And 3 days pass
    Then "<event>" was sent once
    And the receiver still handles "<event>"

    Examples:
      | platform   | event           | outage             |
      | Oliver POS | customerCreated | answer 500         |
      | Oliver POS | customerCreated | connection refused |
      | Oliver POS | customerCreated | answer lost        |
      | Cratejoy   | customer_new    | answer 500         |
      | Cratejoy   | customer_new    | connection refused |
      | Cratejoy   | customer_new    | answer lost        |

  Scenario Outline: An outage that ends when somebody ends it
    Given a <platform> store
    And a hook for "<event>"
    And an outage: connection refused
    When a new "<event>" happens
    And the outage is over
    And it is sent again as it should be
    Then the receiver acknowledges it
    And it is processed once

    Examples:
      | platform    | event                  |
      | Oliver POS  | customerCreated        |
      | Cratejoy    | customer_new           |
      | BigCommerce | store/customer/created |

  @cratejoy
  Scenario Outline: <outage>: with three tries it comes again, and is processed once
    Given a Cratejoy store
    And its "tries" is "three"
    And a hook for "customer_new"
    And an outage of 5 minutes: <outage>
    When a new "customer_new" happens
    And 1 hour passes
    Then it is processed once

    Examples:
      | outage          |
      | answer 503      |
      | answer lost     |
      | answer too late |

  @cratejoy
  Scenario: Three tries, and no fourth
    Given a Cratejoy store
    And its "tries" is "three"
    And a hook for "customer_new"
    And an outage: answer 500
    When a new "customer_new" happens
    And the retries are exhausted
    Then "customer_new" was sent 3 times
    And the platform says "500 × 3: customer_new for hook 20417 is lost after 6 min"
    And every hook is on

  @bigcommerce
  Scenario: What cannot be looked up now is looked up at the retry
    The receiver cannot do its work, so it says so; or it asks again by itself. Either way the customer is fetched.
    Given a BigCommerce store
    And a hook for "store/customer/created"
    And lookups are answered with status 503 once
    When a new "store/customer/created" happens
    And 1 hour passes
    Then the receiver fetched the customer
    And every hook is on
