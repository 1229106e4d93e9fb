@bigcommerce @must
Feature: BigCommerce signs its callbacks
  Standard Webhooks over the raw bytes of the body. Anybody can send a callback; only the platform can sign one.

  Scenario Outline: <fault>: it is not believed
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When "store/customer/created" happens but arrives with: <fault>
    Then the receiver answers as the contract allows
    And the receiver made no call to the platform

    Examples:
      | fault                              |
      | no signature                       |
      | body changed after signing         |
      | wrong key                          |
      | truncated signature                |
      | signature of one character         |
      | signature of another body          |
      | signature of another version       |
      | signature without a version        |
      | signature over re-serialised JSON  |
      | a timestamp that is no number      |
      | another webhook-id than was signed |
      | no timestamp                       |
      | no webhook-id                      |

  Scenario Outline: <fault>: it has no effect
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When "store/customer/created" happens but arrives with: <fault>
    Then it has no effect

    Examples:
      | fault                              |
      | no signature                       |
      | body changed after signing         |
      | wrong key                          |
      | truncated signature                |
      | signature of one character         |
      | signature of another body          |
      | signature of another version       |
      | signature without a version        |
      | signature over re-serialised JSON  |
      | a timestamp that is no number      |
      | another webhook-id than was signed |
      | no timestamp                       |
      | no webhook-id                      |

  @may
  Scenario: A timestamp with letters behind it is not believed
    A timestamp is a number. Nothing can be forged with the letters: who reads the digits and signs the number that they are
    (standardwebhooks and svix of npm) finds the signature right.
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When "store/customer/created" happens but arrives with: letters behind the timestamp
    Then the receiver refuses it
    And the receiver made no call to the platform

  Scenario Outline: Signed <when>: it is not believed
    Who has overheard a callback can send it again. A retry is signed anew, so nothing that is a day old is one.
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When "store/customer/created" happens, signed <when>
    Then the receiver answers as the contract allows
    And the receiver made no call to the platform

    Examples:
      | when      |
      | 1 day ago |

    @should
    Examples: Nobody but the platform can sign ahead of its time
      | when        |
      | 1 day ahead |

  Scenario Outline: Signed <when>: a clock that is a little off is no forgery
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When "store/customer/created" happens, signed <when>
    Then the receiver answers as the contract allows

    Examples:
      | when            |
      | 5 seconds ago   |
      | 5 seconds ahead |

  @should
  Scenario Outline: Signed <when>: it is answered on purpose
    How far a clock may be off is the receiver's choice, so it is believed or refused. The published libraries take five minutes.
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When "store/customer/created" happens, signed <when>
    Then the receiver answers as the contract allows

    Examples:
      | when             |
      | 60 seconds ago   |
      | 4 minutes ago    |
      | 4 minutes ahead  |
      | 10 minutes ago   |
      | 10 minutes ahead |

  Scenario Outline: <fault>: it is believed
    While a secret is being changed two signatures come; names of header fields have no case.
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When "store/customer/created" happens but arrives with: <fault>
    Then the receiver answers as the contract allows
    And the receiver fetched the customer

    Examples:
      | fault                                           |
      | two signatures                                  |
      | two signatures and the first is right           |
      | three signatures and the last is right          |
      | capitals in the names of the signature's fields |

  Scenario: A good callback does not make a forged one good
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When a new "store/customer/created" happens
    And it is sent again but arrives with: body changed after signing
    Then the receiver answers as the contract allows
    And the receiver made no call to the platform

  Scenario: A forgery does not use up the true callback
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When "store/customer/created" happens but arrives with: no signature
    And it is sent again as it should be
    Then the receiver answers as the contract allows
    And the receiver fetched the customer

  Scenario: White space in a signed body is part of it
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When "store/customer/created" happens in the form: CRLF and tabs
    Then the receiver acknowledges it
    And the receiver fetched the customer
