@should
Feature: Callbacks that no friendly mock sends
  A receiver stands on the open internet. Whatever comes, it answers on purpose, believes nothing that it could not
  read, and handles the next good callback. What it answers is its own business: honest receivers differ.

  Scenario Outline: <fault>: it is answered
    Given a <platform> store
    And a hook for "<event>"
    When "<event>" happens but arrives with: <fault>
    Then the receiver answers as the contract allows

    @oliver
    Examples: Oliver POS
      | platform   | event           | fault             |
      | Oliver POS | customerCreated | malformed JSON    |
      | Oliver POS | customerCreated | truncated JSON    |
      | Oliver POS | customerCreated | empty body        |
      | Oliver POS | customerCreated | HTML body         |
      | Oliver POS | customerCreated | 1 MiB body        |
      | Oliver POS | customerCreated | wrong method      |
      | Oliver POS | customerCreated | no content type   |
      | Oliver POS | customerCreated | text content type |
      | Oliver POS | customerCreated | form content type |

    @cratejoy
    Examples: Cratejoy
      | platform | event        | fault             |
      | Cratejoy | customer_new | malformed JSON    |
      | Cratejoy | customer_new | truncated JSON    |
      | Cratejoy | customer_new | empty body        |
      | Cratejoy | customer_new | HTML body         |
      | Cratejoy | customer_new | 1 MiB body        |
      | Cratejoy | customer_new | wrong method      |
      | Cratejoy | customer_new | no content type   |
      | Cratejoy | customer_new | text content type |
      | Cratejoy | customer_new | form content type |

    @bigcommerce
    Examples: BigCommerce
      | platform    | event                  | fault             |
      | BigCommerce | store/customer/created | malformed JSON    |
      | BigCommerce | store/customer/created | truncated JSON    |
      | BigCommerce | store/customer/created | empty body        |
      | BigCommerce | store/customer/created | HTML body         |
      | BigCommerce | store/customer/created | 1 MiB body        |
      | BigCommerce | store/customer/created | wrong method      |
      | BigCommerce | store/customer/created | no content type   |
      | BigCommerce | store/customer/created | text content type |
      | BigCommerce | store/customer/created | form content type |

  @must
  Scenario Outline: <fault>: the next good one is handled
    Given a <platform> store
    And a hook for "<event>"
    When "<event>" happens but arrives with: <fault>
    Then the receiver still handles "<event>"

    @oliver
    Examples: Oliver POS
      | platform   | event           | fault             |
      | Oliver POS | customerCreated | malformed JSON    |
      | Oliver POS | customerCreated | truncated JSON    |
      | Oliver POS | customerCreated | empty body        |
      | Oliver POS | customerCreated | HTML body         |
      | Oliver POS | customerCreated | 1 MiB body        |
      | Oliver POS | customerCreated | wrong method      |
      | Oliver POS | customerCreated | no content type   |
      | Oliver POS | customerCreated | text content type |
      | Oliver POS | customerCreated | form content type |

    @cratejoy
    Examples: Cratejoy
      | platform | event        | fault             |
      | Cratejoy | customer_new | malformed JSON    |
      | Cratejoy | customer_new | truncated JSON    |
      | Cratejoy | customer_new | empty body        |
      | Cratejoy | customer_new | HTML body         |
      | Cratejoy | customer_new | 1 MiB body        |
      | Cratejoy | customer_new | wrong method      |
      | Cratejoy | customer_new | no content type   |
      | Cratejoy | customer_new | text content type |
      | Cratejoy | customer_new | form content type |

    @bigcommerce
    Examples: BigCommerce
      | platform    | event                  | fault             |
      | BigCommerce | store/customer/created | malformed JSON    |
      | BigCommerce | store/customer/created | truncated JSON    |
      | BigCommerce | store/customer/created | empty body        |
      | BigCommerce | store/customer/created | HTML body         |
      | BigCommerce | store/customer/created | 1 MiB body        |
      | BigCommerce | store/customer/created | wrong method      |
      | BigCommerce | store/customer/created | no content type   |
      | BigCommerce | store/customer/created | text content type |
      | BigCommerce | store/customer/created | form content type |

  Scenario Outline: <fault>: it has no effect
    Given a <platform> store
    And a hook for "<event>"
    When "<event>" happens but arrives with: <fault>
    Then it has no effect

    @oliver
    Examples: Oliver POS
      | platform   | event           | fault          |
      | Oliver POS | customerCreated | malformed JSON |
      | Oliver POS | customerCreated | truncated JSON |
      | Oliver POS | customerCreated | empty body     |
      | Oliver POS | customerCreated | HTML body      |
      | Oliver POS | customerCreated | wrong method   |

    @cratejoy
    Examples: Cratejoy
      | platform | event        | fault          |
      | Cratejoy | customer_new | malformed JSON |
      | Cratejoy | customer_new | truncated JSON |
      | Cratejoy | customer_new | empty body     |
      | Cratejoy | customer_new | HTML body      |
      | Cratejoy | customer_new | wrong method   |

    @bigcommerce
    Examples: BigCommerce
      | platform    | event                  | fault          |
      | BigCommerce | store/customer/created | malformed JSON |
      | BigCommerce | store/customer/created | truncated JSON |
      | BigCommerce | store/customer/created | empty body     |
      | BigCommerce | store/customer/created | HTML body      |
      | BigCommerce | store/customer/created | wrong method   |

  Scenario Outline: <fault>: it is not lost in silence
    The body is good. A receiver may refuse it for its size or its content type; it may not say 200 and drop it, or keep
    something else.
    Given a <platform> store
    And a hook for "<event>"
    When "<event>" happens but arrives with: <fault>
    Then it is either refused or has the same effect as in its usual form

    @oliver
    Examples: Oliver POS
      | platform   | event           | fault             |
      | Oliver POS | customerCreated | 1 MiB body        |
      | Oliver POS | customerCreated | no content type   |
      | Oliver POS | customerCreated | text content type |
      | Oliver POS | customerCreated | form content type |

    @cratejoy
    Examples: Cratejoy
      | platform | event        | fault             |
      | Cratejoy | customer_new | 1 MiB body        |
      | Cratejoy | customer_new | no content type   |
      | Cratejoy | customer_new | text content type |
      | Cratejoy | customer_new | form content type |

    @bigcommerce
    Examples: BigCommerce
      | platform    | event                  | fault             |
      | BigCommerce | store/customer/created | 1 MiB body        |
      | BigCommerce | store/customer/created | no content type   |
      | BigCommerce | store/customer/created | text content type |
      | BigCommerce | store/customer/created | form content type |

  @must
  Scenario Outline: What arrived broken takes effect when it is sent again
    Given a <platform> store
    And a hook for "<event>"
    When "<event>" happens but arrives with: truncated JSON
    And it is sent again as it should be
    Then the receiver answers as the contract allows
    And it takes effect

    Examples:
      | platform    | event                  |
      | Oliver POS  | customerCreated        |
      | Cratejoy    | customer_new           |
      | BigCommerce | store/customer/created |

  @may
  Scenario Outline: An error answer does not show the receiver's insides
    Given a <platform> store
    And a hook for "<event>"
    When "<event>" happens but arrives with: malformed JSON
    Then the answer tells nothing about the receiver's insides

    Examples:
      | platform    | event                  |
      | Oliver POS  | customerCreated        |
      | Cratejoy    | customer_new           |
      | BigCommerce | store/customer/created |

  Scenario Outline: An event that it does not know is no error
    Given a <platform> store
    And a hook for "<event>"
    When something happens that no receiver knows
    Then the receiver answers as the contract allows
    And the receiver still handles "<event>"

    Examples:
      | platform    | event                  |
      | Oliver POS  | customerCreated        |
      | Cratejoy    | customer_new           |
      | BigCommerce | store/customer/created |

  Scenario Outline: An event that it does not know has no effect
    Given a <platform> store
    And a hook for "<event>"
    When something happens that no receiver knows
    Then it has no effect

    Examples:
      | platform    | event                  |
      | Oliver POS  | customerCreated        |
      | Cratejoy    | customer_new           |
      | BigCommerce | store/customer/created |
