Feature: What the sample receiver promises, and not every receiver does
  An example of a feature of one's own: it asks for the numbers and words of one receiver. It lives beside that receiver,
  not among the features that any receiver is held to.

  Scenario: The numbers of its answers
    Given a Cratejoy store
    And a hook for "customer_new"
    When "customer_new" happens
    Then the receiver answers with status 200 or 204
    And the receiver answers within 5 s

  Scenario: The words of a refusal
    Given a Cratejoy store
    And a hook for "customer_new"
    When "customer_new" happens but arrives with: malformed JSON
    Then the receiver answers with status 400
    And the answer's "Content-Type" header is "application/json"
    And the answer's body contains "not JSON"
    And in the answer "error" is "the body is not JSON"

  Scenario: What its state says
    Given a Cratejoy store
    And a hook for "customer_new"
    When "customer_new" happens with:
      | id         | 77       |
      | first_name | "Ada"    |
    Then in the receiver's state "processed" is 1
    And in the receiver's state "records.0.id" is 77
    And in the receiver's state "records.0.event" is "customer_new"
    And the receiver's state shows "Ada"
    And the receiver's state does not show "undefined"

  Scenario: What it keeps of what is new
    Given a Cratejoy store
    And a hook for "customer_new"
    When a new "customer_new" happens
    Then it is either refused or takes effect
    And the receiver's state shows its id

  Scenario: What it registers for
    Given a Cratejoy store
    When the receiver registers
    Then it has registered a hook for "customer_new"

  Scenario Outline: A value goes up by one for each callback
    What of this receiver can be read before and after, and what it says: it runs in a Go test and has words.
    Given a <platform> store
    And a hook for "<event>"
    And the probe "processed" is "processed" of "/state"
    When a new "<event>" happens
    Then the probe "processed" goes from 0 to 1
    And the receiver said "processed <event>" once

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

    Examples:
      | platform    | event                  |
      | Oliver POS  | customerCreated        |
      | Cratejoy    | customer_new           |
      | BigCommerce | store/customer/created |
