package all

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/platformtest"
)

func TestEveryFolderIsListed(t *testing.T) {
	files, err := filepath.Glob("../*/platform.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no platform folders found: %v", err)
	}
	listed := map[string]bool{}
	for _, p := range Platforms() {
		listed[p.Name] = true
		if _, err := os.Stat(filepath.Join("..", p.Name, "platform.go")); err != nil {
			t.Errorf("platform %q has no folder of its name: %v", p.Name, err)
		}
	}
	for _, f := range files {
		if name := filepath.Base(filepath.Dir(f)); !listed[name] {
			t.Errorf("mockplatforms/%s is not in the list of package all", name)
		}
	}
}

func TestPlatforms(t *testing.T) {
	if err := mockplatforms.Validate(Platforms()); err != nil {
		t.Fatal(err)
	}
	for _, p := range Platforms() {
		t.Run(p.Name, func(t *testing.T) { platformtest.Exercise(t, p) })
	}
}
