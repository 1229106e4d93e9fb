package saboteur

import (
	"fmt"

	"github.com/hookdrill/hookdrill/fixtures"
)

// All is every saboteur, in the order in which `hookdrill list saboteurs` shows them.
func All() []Saboteur {
	return []Saboteur{
		deaf,
		dropsOneOfThree,
		failsOneOfThree,
		breaksOneOfThree,
		hidesRefusals,
		hidesCrashes,
		crashesInstead,
		answersARedirect,
		chatty,
		tellsItsInsides,
		tooLate,
		truncates,
		reserialises,
		manglesAccents,
		losesTheType,
		losesThePath,
		anotherMethod,
		stripsSignatures,
		firstSignatureOnly,
		busy,
		holdsBack,
		swallowsRetries,
		refusesRepeats,
		doubles,
		swallowsARegistration,
		registersTwice,
		hammers,
		believesInHooks,
		registersElsewhere,
		registersOnCallbacks,
		repeatsLookups,
		suppressesLookups,
		hidesFailedLookups,
		looksUpAnother,
		looksUpOnce,
		seesNoHooks,
	}
}

// Find finds a saboteur by its name. The error names the nearest.
func Find(name string) (Saboteur, error) {
	var names []string
	for _, s := range All() {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return Saboteur{}, fmt.Errorf("no saboteur %q%s (`hookdrill list saboteurs` shows them)", name, fixtures.Hint(name, names))
}
