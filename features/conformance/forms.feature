@should
Feature: One payload in many forms of bytes
  The same JSON can be written down in many ways, and a sender may change its mind about which. What it means does not
  change; a signature is over the bytes as they are. What is no JSON is not believed, however nearly it is some.

  Scenario Outline: <form>: it is acknowledged
    Given a <platform> store
    And a hook for "<event>"
    When the fixture "<fixture>" is sent in the form: <form>
    Then the receiver answers as the contract allows

    @oliver
    Examples: Oliver POS
      | platform   | event           | fixture               | form                    |
      | Oliver POS | customerCreated | oliver/forms/customer | compact                 |
      | Oliver POS | customerCreated | oliver/forms/customer | indented                |
      | Oliver POS | customerCreated | oliver/forms/customer | CRLF and tabs           |
      | Oliver POS | customerCreated | oliver/forms/customer | final newline           |
      | Oliver POS | customerCreated | oliver/forms/customer | white space around      |
      | Oliver POS | customerCreated | oliver/forms/customer | raw UTF-8               |
      | Oliver POS | customerCreated | oliver/forms/customer | small hex escapes       |
      | Oliver POS | customerCreated | oliver/forms/customer | capital hex escapes     |
      | Oliver POS | customerCreated | oliver/forms/customer | surrogate pairs         |
      | Oliver POS | customerCreated | oliver/forms/customer | every character escaped |
      | Oliver POS | customerCreated | oliver/forms/customer | keys escaped            |
      | Oliver POS | customerCreated | oliver/forms/customer | slashes escaped         |
      | Oliver POS | customerCreated | oliver/forms/customer | long escapes            |
      | Oliver POS | customerCreated | oliver/forms/customer | line separators raw     |
      | Oliver POS | customerCreated | oliver/forms/customer | line separators escaped |
      | Oliver POS | customerCreated | oliver/forms/customer | key order reversed      |
      | Oliver POS | customerCreated | oliver/forms/customer | key order sorted        |
      | Oliver POS | customerCreated | oliver/forms/customer | trailing zero           |
      | Oliver POS | customerCreated | oliver/forms/customer | beyond 2^53             |
      | Oliver POS | customerCreated | oliver/forms/customer | charset utf-8           |
      | Oliver POS | customerCreated | oliver/forms/customer | quoted charset          |
      | Oliver POS | customerCreated | oliver/forms/customer | capital content type    |

    @cratejoy
    Examples: Cratejoy
      | platform | event        | fixture                 | form                    |
      | Cratejoy | customer_new | cratejoy/forms/customer | compact                 |
      | Cratejoy | customer_new | cratejoy/forms/customer | indented                |
      | Cratejoy | customer_new | cratejoy/forms/customer | CRLF and tabs           |
      | Cratejoy | customer_new | cratejoy/forms/customer | final newline           |
      | Cratejoy | customer_new | cratejoy/forms/customer | white space around      |
      | Cratejoy | customer_new | cratejoy/forms/customer | raw UTF-8               |
      | Cratejoy | customer_new | cratejoy/forms/customer | small hex escapes       |
      | Cratejoy | customer_new | cratejoy/forms/customer | capital hex escapes     |
      | Cratejoy | customer_new | cratejoy/forms/customer | surrogate pairs         |
      | Cratejoy | customer_new | cratejoy/forms/customer | every character escaped |
      | Cratejoy | customer_new | cratejoy/forms/customer | keys escaped            |
      | Cratejoy | customer_new | cratejoy/forms/customer | slashes escaped         |
      | Cratejoy | customer_new | cratejoy/forms/customer | long escapes            |
      | Cratejoy | customer_new | cratejoy/forms/customer | line separators raw     |
      | Cratejoy | customer_new | cratejoy/forms/customer | line separators escaped |
      | Cratejoy | customer_new | cratejoy/forms/customer | key order reversed      |
      | Cratejoy | customer_new | cratejoy/forms/customer | key order sorted        |
      | Cratejoy | customer_new | cratejoy/forms/customer | trailing zero           |
      | Cratejoy | customer_new | cratejoy/forms/customer | beyond 2^53             |
      | Cratejoy | customer_new | cratejoy/forms/customer | charset utf-8           |
      | Cratejoy | customer_new | cratejoy/forms/customer | quoted charset          |
      | Cratejoy | customer_new | cratejoy/forms/customer | capital content type    |

    @bigcommerce
    Examples: BigCommerce
      | platform    | event                  | fixture                    | form                    |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | compact                 |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | indented                |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | CRLF and tabs           |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | final newline           |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | white space around      |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | raw UTF-8               |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | small hex escapes       |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | capital hex escapes     |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | surrogate pairs         |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | every character escaped |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | keys escaped            |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | slashes escaped         |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | long escapes            |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | line separators raw     |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | line separators escaped |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | key order reversed      |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | key order sorted        |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | trailing zero           |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | beyond 2^53             |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | charset utf-8           |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | quoted charset          |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | capital content type    |

  Scenario Outline: <form>: it has the same effect
    Given a <platform> store
    And a hook for "<event>"
    When the fixture "<fixture>" is sent in the form: <form>
    Then it has the same effect as in its usual form

    @oliver
    Examples: Oliver POS
      | platform   | event           | fixture               | form                    |
      | Oliver POS | customerCreated | oliver/forms/customer | compact                 |
      | Oliver POS | customerCreated | oliver/forms/customer | indented                |
      | Oliver POS | customerCreated | oliver/forms/customer | CRLF and tabs           |
      | Oliver POS | customerCreated | oliver/forms/customer | final newline           |
      | Oliver POS | customerCreated | oliver/forms/customer | white space around      |
      | Oliver POS | customerCreated | oliver/forms/customer | raw UTF-8               |
      | Oliver POS | customerCreated | oliver/forms/customer | small hex escapes       |
      | Oliver POS | customerCreated | oliver/forms/customer | capital hex escapes     |
      | Oliver POS | customerCreated | oliver/forms/customer | surrogate pairs         |
      | Oliver POS | customerCreated | oliver/forms/customer | every character escaped |
      | Oliver POS | customerCreated | oliver/forms/customer | keys escaped            |
      | Oliver POS | customerCreated | oliver/forms/customer | slashes escaped         |
      | Oliver POS | customerCreated | oliver/forms/customer | long escapes            |
      | Oliver POS | customerCreated | oliver/forms/customer | line separators raw     |
      | Oliver POS | customerCreated | oliver/forms/customer | line separators escaped |
      | Oliver POS | customerCreated | oliver/forms/customer | key order reversed      |
      | Oliver POS | customerCreated | oliver/forms/customer | key order sorted        |
      | Oliver POS | customerCreated | oliver/forms/customer | trailing zero           |
      | Oliver POS | customerCreated | oliver/forms/customer | charset utf-8           |
      | Oliver POS | customerCreated | oliver/forms/customer | quoted charset          |
      | Oliver POS | customerCreated | oliver/forms/customer | capital content type    |

    @cratejoy
    Examples: Cratejoy
      | platform | event        | fixture                 | form                    |
      | Cratejoy | customer_new | cratejoy/forms/customer | compact                 |
      | Cratejoy | customer_new | cratejoy/forms/customer | indented                |
      | Cratejoy | customer_new | cratejoy/forms/customer | CRLF and tabs           |
      | Cratejoy | customer_new | cratejoy/forms/customer | final newline           |
      | Cratejoy | customer_new | cratejoy/forms/customer | white space around      |
      | Cratejoy | customer_new | cratejoy/forms/customer | raw UTF-8               |
      | Cratejoy | customer_new | cratejoy/forms/customer | small hex escapes       |
      | Cratejoy | customer_new | cratejoy/forms/customer | capital hex escapes     |
      | Cratejoy | customer_new | cratejoy/forms/customer | surrogate pairs         |
      | Cratejoy | customer_new | cratejoy/forms/customer | every character escaped |
      | Cratejoy | customer_new | cratejoy/forms/customer | keys escaped            |
      | Cratejoy | customer_new | cratejoy/forms/customer | slashes escaped         |
      | Cratejoy | customer_new | cratejoy/forms/customer | long escapes            |
      | Cratejoy | customer_new | cratejoy/forms/customer | line separators raw     |
      | Cratejoy | customer_new | cratejoy/forms/customer | line separators escaped |
      | Cratejoy | customer_new | cratejoy/forms/customer | key order reversed      |
      | Cratejoy | customer_new | cratejoy/forms/customer | key order sorted        |
      | Cratejoy | customer_new | cratejoy/forms/customer | trailing zero           |
      | Cratejoy | customer_new | cratejoy/forms/customer | charset utf-8           |
      | Cratejoy | customer_new | cratejoy/forms/customer | quoted charset          |
      | Cratejoy | customer_new | cratejoy/forms/customer | capital content type    |

    @bigcommerce
    Examples: BigCommerce
      | platform    | event                  | fixture                    | form                    |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | compact                 |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | indented                |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | CRLF and tabs           |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | final newline           |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | white space around      |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | raw UTF-8               |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | small hex escapes       |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | capital hex escapes     |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | surrogate pairs         |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | every character escaped |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | keys escaped            |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | slashes escaped         |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | long escapes            |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | line separators raw     |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | line separators escaped |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | key order reversed      |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | key order sorted        |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | trailing zero           |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | charset utf-8           |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | quoted charset          |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | capital content type    |

    @oliver @may
    Examples: Oliver POS, which sends no number as long as this
      | platform   | event           | fixture               | form        |
      | Oliver POS | customerCreated | oliver/forms/customer | beyond 2^53 |

    @cratejoy @may
    Examples: Cratejoy, which sends no number as long as this
      | platform | event        | fixture                 | form        |
      | Cratejoy | customer_new | cratejoy/forms/customer | beyond 2^53 |

    @bigcommerce @may
    Examples: BigCommerce, which sends no number as long as this
      | platform    | event                  | fixture                    | form        |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | beyond 2^53 |

  @bigcommerce
  Scenario Outline: <form>: the same customer is fetched
    Given a BigCommerce store
    And a hook for "store/customer/created"
    When the fixture "bigcommerce/forms/customer" is sent in the form: <form>
    Then the receiver fetched the customer

    Examples:
      | form                    |
      | compact                 |
      | indented                |
      | CRLF and tabs           |
      | final newline           |
      | white space around      |
      | raw UTF-8               |
      | small hex escapes       |
      | capital hex escapes     |
      | surrogate pairs         |
      | every character escaped |
      | keys escaped            |
      | slashes escaped         |
      | long escapes            |
      | line separators raw     |
      | line separators escaped |
      | key order reversed      |
      | key order sorted        |
      | trailing zero           |
      | beyond 2^53             |
      | charset utf-8           |
      | quoted charset          |
      | capital content type    |

  Scenario Outline: <form>: it answers and lives on
    No receiver has to take this form. It has to say so.
    Given a <platform> store
    And a hook for "<event>"
    When the fixture "<fixture>" is sent in the form: <form>
    Then the receiver answers as the contract allows
    And the receiver still handles "<event>"

    @oliver
    Examples: Oliver POS
      | platform   | event           | fixture               | form                     |
      | Oliver POS | customerCreated | oliver/forms/customer | keys twice               |
      | Oliver POS | customerCreated | oliver/forms/customer | decoys first             |
      | Oliver POS | customerCreated | oliver/forms/customer | data as a string         |
      | Oliver POS | customerCreated | oliver/forms/customer | exponent                 |
      | Oliver POS | customerCreated | oliver/forms/customer | chunked                  |
      | Oliver POS | customerCreated | oliver/forms/customer | no content type          |
      | Oliver POS | customerCreated | oliver/forms/customer | text/plain               |
      | Oliver POS | customerCreated | oliver/forms/customer | text/json                |
      | Oliver POS | customerCreated | oliver/forms/customer | application/vnd.api+json |
      | Oliver POS | customerCreated | oliver/forms/customer | charset iso-8859-1       |
      | Oliver POS | customerCreated | oliver/forms/customer | BOM                      |
      | Oliver POS | customerCreated | oliver/forms/customer | escaped once             |
      | Oliver POS | customerCreated | oliver/forms/customer | escaped twice            |
      | Oliver POS | customerCreated | oliver/forms/customer | form payload             |
      | Oliver POS | customerCreated | oliver/forms/customer | gzip                     |
      | Oliver POS | customerCreated | oliver/forms/customer | invalid UTF-8            |
      | Oliver POS | customerCreated | oliver/forms/customer | UTF-16                   |
      | Oliver POS | customerCreated | oliver/forms/customer | comments                 |
      | Oliver POS | customerCreated | oliver/forms/customer | raw newline              |
      | Oliver POS | customerCreated | oliver/forms/customer | single quotes            |
      | Oliver POS | customerCreated | oliver/forms/customer | Python literals          |
      | Oliver POS | customerCreated | oliver/forms/customer | trailing comma           |
      | Oliver POS | customerCreated | oliver/forms/customer | unquoted keys            |
      | Oliver POS | customerCreated | oliver/forms/customer | two documents            |
      | Oliver POS | customerCreated | oliver/forms/customer | garbage behind           |

    @cratejoy
    Examples: Cratejoy
      | platform | event        | fixture                 | form                     |
      | Cratejoy | customer_new | cratejoy/forms/customer | keys twice               |
      | Cratejoy | customer_new | cratejoy/forms/customer | decoys first             |
      | Cratejoy | customer_new | cratejoy/forms/customer | exponent                 |
      | Cratejoy | customer_new | cratejoy/forms/customer | chunked                  |
      | Cratejoy | customer_new | cratejoy/forms/customer | no content type          |
      | Cratejoy | customer_new | cratejoy/forms/customer | text/plain               |
      | Cratejoy | customer_new | cratejoy/forms/customer | text/json                |
      | Cratejoy | customer_new | cratejoy/forms/customer | application/vnd.api+json |
      | Cratejoy | customer_new | cratejoy/forms/customer | charset iso-8859-1       |
      | Cratejoy | customer_new | cratejoy/forms/customer | BOM                      |
      | Cratejoy | customer_new | cratejoy/forms/customer | escaped once             |
      | Cratejoy | customer_new | cratejoy/forms/customer | escaped twice            |
      | Cratejoy | customer_new | cratejoy/forms/customer | form payload             |
      | Cratejoy | customer_new | cratejoy/forms/customer | gzip                     |
      | Cratejoy | customer_new | cratejoy/forms/customer | invalid UTF-8            |
      | Cratejoy | customer_new | cratejoy/forms/customer | UTF-16                   |
      | Cratejoy | customer_new | cratejoy/forms/customer | comments                 |
      | Cratejoy | customer_new | cratejoy/forms/customer | raw newline              |
      | Cratejoy | customer_new | cratejoy/forms/customer | single quotes            |
      | Cratejoy | customer_new | cratejoy/forms/customer | Python literals          |
      | Cratejoy | customer_new | cratejoy/forms/customer | trailing comma           |
      | Cratejoy | customer_new | cratejoy/forms/customer | unquoted keys            |
      | Cratejoy | customer_new | cratejoy/forms/customer | two documents            |
      | Cratejoy | customer_new | cratejoy/forms/customer | garbage behind           |

    @bigcommerce
    Examples: BigCommerce
      | platform    | event                  | fixture                    | form                     |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | keys twice               |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | decoys first             |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | data as a string         |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | exponent                 |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | chunked                  |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | no content type          |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | text/plain               |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | text/json                |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | application/vnd.api+json |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | charset iso-8859-1       |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | BOM                      |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | escaped once             |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | escaped twice            |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | form payload             |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | gzip                     |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | invalid UTF-8            |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | UTF-16                   |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | comments                 |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | raw newline              |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | single quotes            |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | Python literals          |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | trailing comma           |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | unquoted keys            |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | two documents            |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | garbage behind           |

  Scenario Outline: <form>: it is refused, or has the same effect
    Given a <platform> store
    And a hook for "<event>"
    When the fixture "<fixture>" is sent in the form: <form>
    Then it is either refused or has the same effect as in its usual form

    @oliver
    Examples: Oliver POS
      | platform   | event           | fixture               | form                     |
      | Oliver POS | customerCreated | oliver/forms/customer | keys twice               |
      | Oliver POS | customerCreated | oliver/forms/customer | data as a string         |
      | Oliver POS | customerCreated | oliver/forms/customer | exponent                 |
      | Oliver POS | customerCreated | oliver/forms/customer | chunked                  |
      | Oliver POS | customerCreated | oliver/forms/customer | no content type          |
      | Oliver POS | customerCreated | oliver/forms/customer | text/plain               |
      | Oliver POS | customerCreated | oliver/forms/customer | text/json                |
      | Oliver POS | customerCreated | oliver/forms/customer | application/vnd.api+json |
      | Oliver POS | customerCreated | oliver/forms/customer | charset iso-8859-1       |
      | Oliver POS | customerCreated | oliver/forms/customer | BOM                      |
      | Oliver POS | customerCreated | oliver/forms/customer | escaped once             |
      | Oliver POS | customerCreated | oliver/forms/customer | escaped twice            |
      | Oliver POS | customerCreated | oliver/forms/customer | form payload             |
      | Oliver POS | customerCreated | oliver/forms/customer | gzip                     |
      | Oliver POS | customerCreated | oliver/forms/customer | invalid UTF-8            |
      | Oliver POS | customerCreated | oliver/forms/customer | UTF-16                   |
      | Oliver POS | customerCreated | oliver/forms/customer | comments                 |

    @cratejoy
    Examples: Cratejoy
      | platform | event        | fixture                 | form                     |
      | Cratejoy | customer_new | cratejoy/forms/customer | keys twice               |
      | Cratejoy | customer_new | cratejoy/forms/customer | exponent                 |
      | Cratejoy | customer_new | cratejoy/forms/customer | chunked                  |
      | Cratejoy | customer_new | cratejoy/forms/customer | no content type          |
      | Cratejoy | customer_new | cratejoy/forms/customer | text/plain               |
      | Cratejoy | customer_new | cratejoy/forms/customer | text/json                |
      | Cratejoy | customer_new | cratejoy/forms/customer | application/vnd.api+json |
      | Cratejoy | customer_new | cratejoy/forms/customer | charset iso-8859-1       |
      | Cratejoy | customer_new | cratejoy/forms/customer | BOM                      |
      | Cratejoy | customer_new | cratejoy/forms/customer | escaped once             |
      | Cratejoy | customer_new | cratejoy/forms/customer | escaped twice            |
      | Cratejoy | customer_new | cratejoy/forms/customer | form payload             |
      | Cratejoy | customer_new | cratejoy/forms/customer | gzip                     |
      | Cratejoy | customer_new | cratejoy/forms/customer | invalid UTF-8            |
      | Cratejoy | customer_new | cratejoy/forms/customer | UTF-16                   |
      | Cratejoy | customer_new | cratejoy/forms/customer | comments                 |

    @bigcommerce
    Examples: BigCommerce
      | platform    | event                  | fixture                    | form                     |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | keys twice               |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | data as a string         |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | exponent                 |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | chunked                  |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | no content type          |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | text/plain               |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | text/json                |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | application/vnd.api+json |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | charset iso-8859-1       |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | BOM                      |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | escaped once             |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | escaped twice            |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | form payload             |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | gzip                     |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | invalid UTF-8            |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | UTF-16                   |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | comments                 |

    @oliver @may
    Examples: Oliver POS; which of two members counts is said nowhere
      | platform   | event           | fixture               | form         |
      | Oliver POS | customerCreated | oliver/forms/customer | decoys first |

    @cratejoy @may
    Examples: Cratejoy; which of two members counts is said nowhere
      | platform | event        | fixture                 | form         |
      | Cratejoy | customer_new | cratejoy/forms/customer | decoys first |

    @bigcommerce @may
    Examples: BigCommerce; which of two members counts is said nowhere
      | platform    | event                  | fixture                    | form         |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | decoys first |

  Scenario Outline: <form>: it has no effect
    Given a <platform> store
    And a hook for "<event>"
    When the fixture "<fixture>" is sent in the form: <form>
    Then it has no effect

    @oliver
    Examples: Oliver POS
      | platform   | event           | fixture               | form            |
      | Oliver POS | customerCreated | oliver/forms/customer | raw newline     |
      | Oliver POS | customerCreated | oliver/forms/customer | single quotes   |
      | Oliver POS | customerCreated | oliver/forms/customer | Python literals |
      | Oliver POS | customerCreated | oliver/forms/customer | trailing comma  |
      | Oliver POS | customerCreated | oliver/forms/customer | unquoted keys   |
      | Oliver POS | customerCreated | oliver/forms/customer | two documents   |
      | Oliver POS | customerCreated | oliver/forms/customer | garbage behind  |

    @cratejoy
    Examples: Cratejoy
      | platform | event        | fixture                 | form            |
      | Cratejoy | customer_new | cratejoy/forms/customer | raw newline     |
      | Cratejoy | customer_new | cratejoy/forms/customer | single quotes   |
      | Cratejoy | customer_new | cratejoy/forms/customer | Python literals |
      | Cratejoy | customer_new | cratejoy/forms/customer | trailing comma  |
      | Cratejoy | customer_new | cratejoy/forms/customer | unquoted keys   |
      | Cratejoy | customer_new | cratejoy/forms/customer | two documents   |
      | Cratejoy | customer_new | cratejoy/forms/customer | garbage behind  |

    @bigcommerce
    Examples: BigCommerce
      | platform    | event                  | fixture                    | form            |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | raw newline     |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | single quotes   |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | Python literals |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | trailing comma  |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | unquoted keys   |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | two documents   |
      | BigCommerce | store/customer/created | bigcommerce/forms/customer | garbage behind  |

  Scenario Outline: An event of the catalogue in another form
    Given a <platform> store
    And a hook for "<event>"
    When "<event>" happens in the form: <form>
    Then the receiver answers as the contract allows

    Examples:
      | platform    | event                  | form         |
      | Oliver POS  | customerCreated        | keys escaped |
      | Cratejoy    | customer_new           | keys escaped |
      | BigCommerce | store/customer/created | keys escaped |
      | Oliver POS  | customerCreated        | indented     |
      | Cratejoy    | customer_new           | indented     |
      | BigCommerce | store/customer/created | indented     |
