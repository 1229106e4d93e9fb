@must
Feature: How a receiver registers its hooks
  A registration that failed is a callback that never comes, and nobody notices. What is judged is what stands at the
  platform in the end.

  Scenario Outline: All that it asks for is registered once
    Given a <platform> store
    When the receiver registers
    Then it has registered at least 1 hook
    And every hook that it asked for stands once
    And it did not ask again for what had been accepted
    And its requests have the recorded shape

    Examples:
      | platform    |
      | Oliver POS  |
      | Cratejoy    |
      | BigCommerce |

  Scenario Outline: Its hooks lead back to it
    Given a <platform> store
    When the receiver registers
    And everything that it has registered for happens
    Then every hook points to the receiver
    And the receiver acknowledges it

    Examples:
      | platform    |
      | Oliver POS  |
      | Cratejoy    |
      | BigCommerce |

  Scenario Outline: What it has registered for takes effect
    Given a <platform> store
    When the receiver registers
    And everything that it has registered for happens
    Then it takes effect

    Examples:
      | platform    |
      | Oliver POS  |
      | Cratejoy    |
      | BigCommerce |

  Scenario Outline: Registering again doubles nothing
    Given a <platform> store
    When the receiver registers
    And the receiver registers again
    Then every hook that it asked for stands once

    Examples:
      | platform    |
      | Oliver POS  |
      | Cratejoy    |
      | BigCommerce |

  @should
  Scenario Outline: Registering once is enough
    Given a <platform> store
    When the receiver registers
    And the receiver registers again
    Then it asks for nothing that it had not asked for before

    Examples:
      | platform    |
      | Oliver POS  |
      | Cratejoy    |
      | BigCommerce |

  Scenario Outline: A callback is no reason to register
    Given a <platform> store
    When the receiver registers
    And everything that it has registered for happens
    Then it asked at most 0 times

    Examples:
      | platform    |
      | Oliver POS  |
      | Cratejoy    |
      | BigCommerce |

  Scenario Outline: A <status> that passes is made good
    Given a <platform> store
    And registrations are answered with status <status> once
    When the receiver registers
    And the receiver registers again
    Then every hook that it asked for stands once
    And it did not ask again for what had been accepted

    @oliver
    Examples: Oliver POS
      | platform   | status |
      | Oliver POS | 429    |
      | Oliver POS | 500    |
      | Oliver POS | 502    |
      | Oliver POS | 503    |
      | Oliver POS | 504    |

    @cratejoy
    Examples: Cratejoy
      | platform | status |
      | Cratejoy | 429    |
      | Cratejoy | 500    |
      | Cratejoy | 502    |
      | Cratejoy | 503    |
      | Cratejoy | 504    |

    @bigcommerce
    Examples: BigCommerce
      | platform    | status |
      | BigCommerce | 429    |
      | BigCommerce | 500    |
      | BigCommerce | 502    |
      | BigCommerce | 503    |
      | BigCommerce | 504    |

  @should
  Scenario Outline: A lasting <status> is survived, and not hammered against
    Given a <platform> store
    And a hook for "<event>"
    And registrations are answered with status <status>
    When the receiver registers
    Then it asked at most 50 times
    And the receiver still handles "<event>"

    @oliver
    Examples: Oliver POS
      | platform   | event           | status |
      | Oliver POS | customerCreated | 400    |
      | Oliver POS | customerCreated | 401    |
      | Oliver POS | customerCreated | 402    |
      | Oliver POS | customerCreated | 403    |
      | Oliver POS | customerCreated | 404    |
      | Oliver POS | customerCreated | 422    |
      | Oliver POS | customerCreated | 429    |
      | Oliver POS | customerCreated | 500    |
      | Oliver POS | customerCreated | 503    |

    @cratejoy
    Examples: Cratejoy
      | platform | event        | status |
      | Cratejoy | customer_new | 400    |
      | Cratejoy | customer_new | 401    |
      | Cratejoy | customer_new | 402    |
      | Cratejoy | customer_new | 403    |
      | Cratejoy | customer_new | 404    |
      | Cratejoy | customer_new | 422    |
      | Cratejoy | customer_new | 429    |
      | Cratejoy | customer_new | 500    |
      | Cratejoy | customer_new | 503    |

    @bigcommerce
    Examples: BigCommerce
      | platform    | event                  | status |
      | BigCommerce | store/customer/created | 400    |
      | BigCommerce | store/customer/created | 401    |
      | BigCommerce | store/customer/created | 403    |
      | BigCommerce | store/customer/created | 404    |
      | BigCommerce | store/customer/created | 422    |
      | BigCommerce | store/customer/created | 429    |
      | BigCommerce | store/customer/created | 500    |
      | BigCommerce | store/customer/created | 503    |

  Scenario Outline: One hook of several is refused: that one is asked for again, and no other
    Given a <platform> store
    And the <nth> hook that it asks for is refused with status <status>
    When the receiver registers
    And the receiver registers again
    Then every hook that it asked for stands once
    And it did not ask again for what had been accepted

    Examples:
      | platform    | nth | status |
      | Oliver POS  | 1st | 402    |
      | Oliver POS  | 2nd | 402    |
      | Cratejoy    | 1st | 503    |
      | Cratejoy    | 2nd | 429    |
      | BigCommerce | 1st | 503    |
      | BigCommerce | 2nd | 429    |

  Scenario Outline: One hook of several is refused for a moment: it stands without a restart
    Given a <platform> store
    And the 2nd hook that it asks for is refused with status <status>
    When the receiver registers
    Then every hook that it asked for stands once

    Examples:
      | platform    | status |
      | Cratejoy    | 429    |
      | Cratejoy    | 503    |
      | BigCommerce | 429    |
      | BigCommerce | 503    |

  Scenario Outline: One hook that is refused for good does not keep the others out
    Given a <platform> store
    And the 1st hook that it asks for is refused with status <status>
    When the receiver registers
    Then the other hooks that it asks for stand

    Examples:
      | platform    | status |
      | Oliver POS  | 402    |
      | Cratejoy    | 400    |
      | BigCommerce | 422    |

  Scenario Outline: A list of hooks has several pages
    Given a <platform> store
    And 60 other hooks
    When the receiver registers
    And 60 other hooks
    And the receiver registers again
    Then every hook that it asked for stands once

    Examples:
      | platform    |
      | Cratejoy    |
      | BigCommerce |
