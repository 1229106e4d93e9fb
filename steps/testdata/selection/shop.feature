# what a shop does
@shop @all
Feature: A shop
  It sells things.

  Background:
    Given a shop

  @fast
  # a comment between
  @smoke
  Scenario: it opens
    When it opens
      """
      Scenario: not one
      # not a comment

      """
    Then it is open

  # between two scenarios

  @events
  Scenario Outline: <event> is acknowledged
    When <event> happens
    Then the answer is <status>

    @good
    Examples: good ones
      | event | status |
      | made  | 200    |
      # | lost | 404 |

      | sold  | 201    |

    @bad
    Examples:
      | event | status |
      | lost  | 404    |

  Scenario Outline: every <thing> closes
    Then it closes
      | thing   | when |
      | <thing> | now  |
    Examples:
      | thing |
      | door  |

  @holiday
  Rule: on holidays

    Background:
      * it is a holiday

    Example: it stays shut
      Then it is shut
