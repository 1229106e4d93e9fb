@oliver @must
Feature: The three dialects of Oliver POS
  The documentation speaks two, the register that really ran a third. A receiver gets the one that it registered in, and is judged
  in no other; one that does not register gets each event as it was recorded.

  Scenario Outline: "<event>" in dialect <dialect> is acknowledged
    Given an Oliver POS store
    And a hook for "<event>" with:
      | dialect | <dialect> |
    When "<event>" happens
    Then the receiver acknowledges it

    Examples:
      | event                      | dialect |
      | customerCreated            | A       |
      | customerCreated            | B       |
      | customerCreated            | C       |
      | checkoutComplete           | A       |
      | checkoutComplete           | B       |
      | checkoutComplete           | C       |
      | customer-save-notification | C       |

  Scenario Outline: "<event>" in dialect <dialect> takes effect
    Given an Oliver POS store
    And a hook for "<event>" with:
      | dialect | <dialect> |
    When a new "<event>" happens
    Then it takes effect

    Examples:
      | event                      | dialect |
      | customerCreated            | A       |
      | customerCreated            | B       |
      | customerCreated            | C       |
      | checkoutComplete           | A       |
      | checkoutComplete           | B       |
      | checkoutComplete           | C       |
      | customer-save-notification | C       |

  Scenario: The data of dialect C is JSON inside a string
    Given an Oliver POS store
    And a hook for "customer-detail-view"
    When "customer-detail-view" happens with:
      | data.@fromstr.FirstName | Zoë "Zo" 🙂 |
    Then the receiver acknowledges it
    And the receiver's state shows "Zoë"
    And the receiver's state shows "🙂"

  Scenario: The checkout page triggers a customer hook in another key
    Given an Oliver POS store
    And a hook for "customerAddedToCart"
    When the fixture "oliver/callbacks/variants/customerAddedToCart-checkout-page" is sent
    Then the receiver acknowledges or refuses it
    And the receiver still handles "customerAddedToCart"

  @should
  Scenario: The documentation, word for word, is no JSON
    Unquoted keys and typographic quotes: a parser that swallows this has guessed.
    Given an Oliver POS store
    And its "body" is "literal"
    And a hook for "customerCreated" with:
      | dialect | A |
    When "customerCreated" happens
    Then the receiver acknowledges or refuses it
    And it has no effect

  @should
  Scenario Outline: A version written as a string is as good as a number
    Dialect C has no version.
    Given an Oliver POS store
    And a hook for "customerUpdated" with:
      | dialect | <dialect> |
    When "customerUpdated" happens with:
      | version | "1.0" |
    Then the receiver acknowledges it
    And it takes effect

    Examples:
      | dialect |
      | A       |
      | B       |
