@cratejoy @must
Feature: How Cratejoy delivers

  Scenario: A disabled hook gets nothing
    Given a Cratejoy store
    And a hook for "order_new"
    And the hook for "order_new" is switched off
    When "order_new" happens
    Then nothing is sent

  Scenario: A GET hook that the receiver has not asked for does not break it
    Somebody else may register one. What a receiver does with GET hooks of its own is judged where it registers them.
    Given a Cratejoy store
    And a hook for "customer_new" with:
      | method      | GET                    |
      | querystring | id={id}&email={email}  |
    When a new "customer_new" happens
    Then the receiver answers as the contract allows

  Scenario: A shipment's payload is thin, so it is fetched
    Given a Cratejoy store
    And a hook for "shipment_shipped"
    When a new "shipment_shipped" happens
    Then the receiver acknowledges it
    And the receiver fetched the shipment

  Scenario: A whole message, written down
    Given a Cratejoy store
    And a hook for "customer_new"
    When "customer_new" happens with the message:
      """http
      POST / HTTP/1.1
      Content-Type: application/json; charset=utf-8

      "{\"id\": 700000009, \"type\": \"customer\"}"
      """
    Then the receiver acknowledges it
    And the receiver's state shows "700000009"

  Scenario: The registration of one event is refused for good
    Given a Cratejoy store
    And a hook for "customer_new"
    And the registration of "order_new" is refused with status 400
    When the receiver registers
    Then it asked at most 50 times
    And the receiver still handles "customer_new"
