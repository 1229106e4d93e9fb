@cratejoy @must
Feature: Every event of Cratejoy's catalogue

  Scenario Outline: It is acknowledged
    Given a Cratejoy store
    And a hook for "<event>"
    When "<event>" happens
    Then the receiver acknowledges it

    Examples:
      | event                     |
      | address_updated           |
      | billing_updated           |
      | checkout_failed           |
      | customer_new              |
      | design_updated            |
      | inventory_updated         |
      | order_new                 |
      | order_updated             |
      | shipment_address_updated  |
      | shipment_cancelled        |
      | shipment_shipped          |
      | subscription_cancelled    |
      | subscription_new          |
      | subscription_renew_failed |
      | subscription_renewed      |
      | subscription_updated      |
      | transaction_new           |

  Scenario Outline: It takes effect
    Given a Cratejoy store
    And a hook for "<event>"
    When a new "<event>" happens
    Then the receiver acknowledges it
    And it takes effect

    Examples:
      | event                     |
      | address_updated           |
      | billing_updated           |
      | checkout_failed           |
      | customer_new              |
      | design_updated            |
      | inventory_updated         |
      | order_new                 |
      | order_updated             |
      | shipment_address_updated  |
      | shipment_cancelled        |
      | shipment_shipped          |
      | subscription_cancelled    |
      | subscription_new          |
      | subscription_renew_failed |
      | subscription_renewed      |
      | subscription_updated      |
      | transaction_new           |
