@sockets @should
Feature: Senders that break off, drip or babble
  What no HTTP client would send, on a real connection. A callback that is not there to its last byte is none; one that is
  there is one, however it came. Nothing of it may keep the receiver from the next.

  @must
  Scenario Outline: <fault>: the next good one is handled
    Given a <platform> store
    And a hook for "<event>"
    And the platform waits 3 s for an answer
    When "<event>" happens but arrives with: <fault>
    Then the receiver made no call to the platform
    And the receiver still handles "<event>"

    @oliver
    Examples: Oliver POS
      | platform   | event           | fault                    |
      | Oliver POS | customerCreated | half a body and FIN      |
      | Oliver POS | customerCreated | half a body and RST      |
      | Oliver POS | customerCreated | headers only             |
      | Oliver POS | customerCreated | Content-Length too long  |
      | Oliver POS | customerCreated | Content-Length too short |
      | Oliver POS | customerCreated | unfinished chunk         |
      | Oliver POS | customerCreated | no last chunk            |

    @cratejoy
    Examples: Cratejoy
      | platform | event        | fault                    |
      | Cratejoy | customer_new | half a body and FIN      |
      | Cratejoy | customer_new | half a body and RST      |
      | Cratejoy | customer_new | headers only             |
      | Cratejoy | customer_new | Content-Length too long  |
      | Cratejoy | customer_new | Content-Length too short |
      | Cratejoy | customer_new | unfinished chunk         |
      | Cratejoy | customer_new | no last chunk            |

    @bigcommerce
    Examples: BigCommerce
      | platform    | event                  | fault                    |
      | BigCommerce | store/customer/created | half a body and FIN      |
      | BigCommerce | store/customer/created | half a body and RST      |
      | BigCommerce | store/customer/created | headers only             |
      | BigCommerce | store/customer/created | Content-Length too long  |
      | BigCommerce | store/customer/created | Content-Length too short |
      | BigCommerce | store/customer/created | unfinished chunk         |
      | BigCommerce | store/customer/created | no last chunk            |

  Scenario Outline: <fault>: nothing is processed
    Given a <platform> store
    And a hook for "<event>"
    And the platform waits 3 s for an answer
    When "<event>" happens but arrives with: <fault>
    Then it has no effect

    @oliver
    Examples: Oliver POS
      | platform   | event           | fault                    |
      | Oliver POS | customerCreated | half a body and FIN      |
      | Oliver POS | customerCreated | half a body and RST      |
      | Oliver POS | customerCreated | headers only             |
      | Oliver POS | customerCreated | Content-Length too long  |
      | Oliver POS | customerCreated | Content-Length too short |
      | Oliver POS | customerCreated | unfinished chunk         |
      | Oliver POS | customerCreated | no last chunk            |

    @cratejoy
    Examples: Cratejoy
      | platform | event        | fault                    |
      | Cratejoy | customer_new | half a body and FIN      |
      | Cratejoy | customer_new | half a body and RST      |
      | Cratejoy | customer_new | headers only             |
      | Cratejoy | customer_new | Content-Length too long  |
      | Cratejoy | customer_new | Content-Length too short |
      | Cratejoy | customer_new | unfinished chunk         |
      | Cratejoy | customer_new | no last chunk            |

    @bigcommerce
    Examples: BigCommerce
      | platform    | event                  | fault                    |
      | BigCommerce | store/customer/created | half a body and FIN      |
      | BigCommerce | store/customer/created | half a body and RST      |
      | BigCommerce | store/customer/created | headers only             |
      | BigCommerce | store/customer/created | Content-Length too long  |
      | BigCommerce | store/customer/created | Content-Length too short |
      | BigCommerce | store/customer/created | unfinished chunk         |
      | BigCommerce | store/customer/created | no last chunk            |

  Scenario Outline: <fault>: it is complete, so it is acknowledged
    Given a <platform> store
    And a hook for "<event>"
    When "<event>" happens but arrives with: <fault>
    Then the receiver answers as the contract allows

    @oliver
    Examples: Oliver POS
      | platform   | event           | fault               |
      | Oliver POS | customerCreated | slow body           |
      | Oliver POS | customerCreated | head in two packets |
      | Oliver POS | customerCreated | Expect 100-continue |

    @cratejoy
    Examples: Cratejoy
      | platform | event        | fault               |
      | Cratejoy | customer_new | slow body           |
      | Cratejoy | customer_new | head in two packets |
      | Cratejoy | customer_new | Expect 100-continue |

    @bigcommerce
    Examples: BigCommerce
      | platform    | event                  | fault               |
      | BigCommerce | store/customer/created | slow body           |
      | BigCommerce | store/customer/created | head in two packets |
      | BigCommerce | store/customer/created | Expect 100-continue |

  Scenario Outline: <fault>: it is processed once
    Given a <platform> store
    And a hook for "<event>"
    When "<event>" happens but arrives with: <fault>
    Then it is processed once

    @oliver
    Examples: Oliver POS
      | platform   | event           | fault               |
      | Oliver POS | customerCreated | slow body           |
      | Oliver POS | customerCreated | head in two packets |
      | Oliver POS | customerCreated | Expect 100-continue |

    @cratejoy
    Examples: Cratejoy
      | platform | event        | fault               |
      | Cratejoy | customer_new | slow body           |
      | Cratejoy | customer_new | head in two packets |
      | Cratejoy | customer_new | Expect 100-continue |

    @bigcommerce
    Examples: BigCommerce
      | platform    | event                  | fault               |
      | BigCommerce | store/customer/created | slow body           |
      | BigCommerce | store/customer/created | head in two packets |
      | BigCommerce | store/customer/created | Expect 100-continue |

  @must
  Scenario Outline: On a connection that the receiver has closed nothing is lost
    Given a <platform> store
    And a hook for "<event>"
    And the platform waits 3 s for an answer
    When "<event>" happens but arrives with: a connection that the receiver has closed
    And it is sent again as it should be
    Then the receiver answers as the contract allows
    And it is processed once

    Examples:
      | platform    | event                  |
      | Oliver POS  | customerCreated        |
      | Cratejoy    | customer_new           |
      | BigCommerce | store/customer/created |

  Scenario Outline: A thousand idle connections do not keep the next callback out
    Given a <platform> store
    And a hook for "<event>"
    And 1000 idle connections to the receiver
    When a new "<event>" happens
    Then the receiver answers as the contract allows

    Examples:
      | platform    | event                  |
      | Oliver POS  | customerCreated        |
      | Cratejoy    | customer_new           |
      | BigCommerce | store/customer/created |
