@oliver @must
Feature: Registering at an Oliver POS register
  One reply carries a status for each hook: HTTP says 200 while one of them is refused with 402.

  Scenario: A hook that is refused inside a good reply is asked for again
    The reply says to check the request's format, and no document asks for another try at once: what counts is the next time.
    Given an Oliver POS store
    And the 2nd hook that it asks for is refused with status 402
    When the receiver registers
    And the receiver registers again
    Then every hook that it asked for stands once

  Scenario: A hook that is refused inside a good reply is not hammered for
    Given an Oliver POS store
    And the 2nd hook that it asks for is refused with status 402
    When the receiver registers
    Then it asked at most 10 times

  Scenario: A receiver that was restarted may register again
    Given an Oliver POS store
    When the receiver registers
    And the receiver is restarted
    Then every hook that it asked for stands once
