@oliver @must
Feature: Every event of Oliver POS's catalogue

  Scenario Outline: It is acknowledged
    Given a Oliver POS store
    And a hook for "<event>"
    When "<event>" happens
    Then the receiver acknowledges it

    Examples:
      | event                      |
      | cartValueUpdated           |
      | checkoutComplete           |
      | checkoutStarted            |
      | checkoutSyncComplete       |
      | customer-detail-view       |
      | customer-save-notification |
      | customerAddedToCart        |
      | customerCreated            |
      | customerDeleted            |
      | customerRemovedFromCart    |
      | customerUpdated            |
      | itemAddedToCart            |
      | itemDeletedFromCart        |
      | itemUpdatedInCart          |
      | paymentAdded               |
      | product-detail             |
      | productTypeOpened          |
      | userChanged                |

  Scenario Outline: It takes effect
    Given a Oliver POS store
    And a hook for "<event>"
    When a new "<event>" happens
    Then the receiver acknowledges it
    And it takes effect

    Examples:
      | event                      |
      | cartValueUpdated           |
      | checkoutComplete           |
      | checkoutStarted            |
      | checkoutSyncComplete       |
      | customer-detail-view       |
      | customer-save-notification |
      | customerAddedToCart        |
      | customerCreated            |
      | customerDeleted            |
      | customerRemovedFromCart    |
      | customerUpdated            |
      | itemAddedToCart            |
      | itemDeletedFromCart        |
      | itemUpdatedInCart          |
      | paymentAdded               |
      | product-detail             |
      | productTypeOpened          |
      | userChanged                |
