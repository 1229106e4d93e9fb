@cratejoy @must
Feature: Cratejoy's payloads are JSON strings that hold JSON
  "We currently deliver payloads as escaped JSON strings." A receiver parses, and parses again what is a string.

  Scenario: The smallest escaped payload
    Given a Cratejoy store
    And a hook for "customer_new"
    When the fixture "cratejoy/callbacks/variants/customer_new-canonical" is sent
    Then the receiver acknowledges it
    And the receiver's state shows "63546"

  @should
  Scenario: A plain object is as good
    Given a Cratejoy store
    And its "body" is "plain"
    And a hook for "customer_new"
    When a new "customer_new" happens
    Then the receiver acknowledges it
    And it takes effect

  Scenario Outline: <what> arrives as it was sent
    Given a Cratejoy store
    And a hook for "customer_new"
    When "customer_new" happens with:
      | id   | <id>   |
      | note | <text> |
    Then the receiver acknowledges it
    And the receiver's state shows "<id>"
    And the receiver's state shows "<text>"

    Examples:
      | what                        | id               | text                    |
      | An accent                   | 700000001        | José Núñez              |
      | Another script              | 700000002        | 山田太郎                    |
      | An emoji                    | 700000003        | thanks 🎁👩‍👩‍👧        |
      | Quotes                      | 700000004        | 12' ''wide'' `shelf`    |
      | Backslashes                 | 700000005        | C:\\temp\\new           |
      | A backslash before a letter | 700000006        | \\u00e9 is not é        |
      | Markup                      | 700000007        | <b>bold</b> & <script>  |

    @may
    Examples: Cratejoy's ids are INT; none that was seen is as long as this
      | what                 | id               | text |
      | A number beyond 2^53 | 9007199254740995 | big  |

  Scenario: Double quotes inside the escaped text
    Given a Cratejoy store
    And a hook for "customer_new"
    When "customer_new" happens with the body:
      """go
      "\"{\\\"id\\\": 700000008, \\\"type\\\": \\\"customer\\\", \\\"note\\\": \\\"the \\\\\\\"big\\\\\\\" box\\\"}\""
      """
    Then the receiver acknowledges it
    And the receiver's state shows "700000008"
    And the receiver's state shows "the "big" box"

  @should
  Scenario: A string that holds no JSON
    Given a Cratejoy store
    And a hook for "customer_new"
    When "customer_new" happens with the body:
      """json
      "just text"
      """
    Then the receiver acknowledges or refuses it
    And it has no effect

  @should
  Scenario: Escaped twice is once too often
    Given a Cratejoy store
    And a hook for "customer_new"
    When "customer_new" happens with the body:
      """base64
      IlwiXFxcImp1c3QgdGV4dFxcXCJcIiI=
      """
    Then the receiver acknowledges or refuses it
    And the receiver still handles "customer_new"

  Scenario: Half of an escaped payload is none
    Given a Cratejoy store
    And a hook for "customer_new"
    When the fixture "cratejoy/callbacks/variants/customer_new-canonical" is sent but arrives with: truncated JSON
    Then the receiver answers as the contract allows
    And it has no effect
