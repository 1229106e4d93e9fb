@bigcommerce @must
Feature: BigCommerce tries again for two days, and draws consequences
  Eleven retries in 48 h 04 min, then the hook is off and a mail tells. A domain that fails too often gets nothing for
  three minutes. A hook without events is off after 90 days.

  Scenario Outline: <outage> for two days: the hook is switched off
    Given a BigCommerce store
    And a hook for "store/customer/created"
    And mails about its hooks go to "ops@example.com"
    And an outage: <outage>
    When a new "store/customer/created" happens
    And the retries are exhausted
    Then "store/customer/created" was sent 12 times
    And the platform says "<said> × 12: hook 18048287 switched off after 48 h 04 min"
    And the platform has switched the hook for "store/customer/created" off
    And a mail goes to "ops@example.com"

    Examples:
      | outage                           | said                   |
      | answer 500                       | 500                    |
      | answer 301                       | 301                    |
      | no answer in time                | no answer              |
      | connection refused               | no answer              |
      | answer lost                      | no answer              |
      | answer with a 9 KiB header field | 200 (header too large) |

  Scenario: Switched on again, it gets what comes, and not what was lost
    Given a BigCommerce store
    And a hook for "store/customer/created"
    And an outage: answer 500
    When a new "store/customer/created" happens
    And the retries are exhausted
    And a new "store/customer/created" happens
    Then nothing is sent
    When the outage is over
    And the hook for "store/customer/created" is switched on again
    And 2 days pass
    Then "store/customer/created" was sent 12 times
    And the receiver still handles "store/customer/created"

  Scenario: It recovers just before the last attempt
    Given a BigCommerce store
    And a hook for "store/customer/created"
    And an outage of 48 hours: answer 503
    When a new "store/customer/created" happens
    And the retries are exhausted
    Then the receiver acknowledges it
    And "store/customer/created" was sent 12 times
    And every hook is on

  @should
  Scenario: A receiver that registers again switches on what the platform switched off
    Given a BigCommerce store
    When the receiver registers
    And 90 days pass
    And the receiver registers again
    Then every hook is on

  Scenario: Ninety days without an event
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When 90 days pass
    Then the platform has switched the hook for "store/customer/created" off
    And the platform says "90 days without an event: hook 18048287 switched off"

  Scenario: An event keeps a hook for ninety days more
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When 89 days pass
    And a new "store/customer/created" happens
    And 89 days pass
    Then every hook is on
    And the receiver still handles "store/customer/created"

  Scenario: A new hook takes a minute to work
    Given a BigCommerce store
    And its "new_hooks" is "after a minute"
    And a hook for "store/customer/created"
    When a new "store/customer/created" happens
    Then nothing is sent
    And the platform says "it gets nothing for the first 1 min"
    When 1 minute passes
    Then the receiver still handles "store/customer/created"

  Scenario: A failing delivery is told to the hook for exceptions
    Given a BigCommerce store
    And a hook for "store/customer/created"
    And a hook for "store/hook/deliveryException"
    When "store/customer/created" happens but arrives with: answer 500
    Then "store/hook/deliveryException" was sent once
    And the platform says "hook 18048288 is told of hook 18048287: 90001"
    And 1 callback waits in the retry queue
    When the next retry comes
    Then the receiver acknowledges it
    And every hook is on

  Scenario: A domain that fails too often is blocked, and its events wait
    Given a BigCommerce store
    And a hook for "store/order/created"
    And a hook for "store/customer/created"
    And mails about its hooks go to "ops@example.com"
    And an outage: answer 500
    When 99 new "store/order/created" happen
    Then the platform does not block the receiver's domain
    When a new "store/order/created" happens
    Then the platform blocks the receiver's domain
    And the platform says "the domain is blocked for 3 min"
    And a mail goes to "ops@example.com"
    When the outage is over
    And a new "store/customer/created" happens
    Then nothing is sent
    And 101 callbacks wait in the retry queue
    When 4 minutes pass
    Then the receiver acknowledges it
    And 0 callbacks wait in the retry queue
    And the platform does not block the receiver's domain
