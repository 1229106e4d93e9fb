@must
Feature: What a receiver did, seen without touching it
  A thin callback makes it fetch; a forged one must not.

  @bigcommerce @should
  Scenario: Each of five callbacks is looked up once
    Looking twice is no error. It uses up the platform's limit of requests in half the time.
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
    Then the receiver fetched customer 32
    When it is sent again but arrives with: wrong key
    Then the receiver made no call to the platform
