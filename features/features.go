// Package features is the contract that receivers are held to, in Gherkin: a folder for each platform, and conformance
// for what is asked on all of them.
package features

import "embed"

// FS is the built-in features.
//
//go:embed oliver cratejoy bigcommerce conformance
var FS embed.FS
