// Package all is the list of the platforms that hookdrill plays.
package all

import (
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/bigcommerce"
	"github.com/hookdrill/hookdrill/mockplatforms/cratejoy"
	"github.com/hookdrill/hookdrill/mockplatforms/oliver"
)

// Platforms lists the platforms in the order in which they are shown. The test beside it holds that no folder is
// missing.
func Platforms() []*mockplatforms.Platform {
	return []*mockplatforms.Platform{
		oliver.Platform,
		cratejoy.Platform,
		bigcommerce.Platform,
	}
}
