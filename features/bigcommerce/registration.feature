@bigcommerce @must
Feature: Registering at BigCommerce

  Scenario: The platform's own rules for targets
    Only https on port 443 is taken where the switch is strict, as the real platform has it.
    Given a BigCommerce store
    And its "destinations" is "strict"
    And a hook for "store/customer/created"
    When the receiver registers
    Then it asked at most 50 times
    And the receiver still handles "store/customer/created"

  Scenario: A restarted receiver finds its hooks again
    Given a BigCommerce store
    When the receiver registers
    And the receiver is restarted
    Then every hook that it asked for stands once
    And it did not ask again for what had been accepted
