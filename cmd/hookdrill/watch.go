package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settled is how long nothing has to change before a run begins: editors write a file in several steps.
const settled = 100 * time.Millisecond

// watched is what a run is made of.
type watched struct {
	features, fixtures []string
	config             string // hookdrill.yaml; "": there is none
}

// watch runs, and runs again what a changed feature or fixture touches, until somebody ends it, or hookdrill.yaml changes: what it
// says has become flags, and another receiver than it names now would be tested.
func (p *program) watch(ctx context.Context, w watched, once func(context.Context, []string) error) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return ourFault(err)
	}
	defer func() { _ = watcher.Close() }() // we are ending
	number := 0
	for _, path := range slices.Concat(w.features, w.fixtures) {
		added, err := watchAll(watcher, path)
		if err != nil {
			return err
		}
		number += added
	}
	if number == 0 {
		return errors.New("--watch: there is nothing on the disk to watch; name a feature file or a folder, or --fixtures")
	}
	if w.config != "" {
		if _, err := watchAll(watcher, w.config); err != nil {
			return err
		}
	}
	touched := w.features
	for {
		err := once(ctx, touched)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil && err.Error() != "" {
			p.talk("%s", err)
		}
		p.talk("waiting for a feature or a fixture to change; Ctrl-C ends")
		changed, err := p.changes(ctx, watcher, w.config)
		if err != nil {
			return err
		}
		if slices.Contains(changed, w.config) {
			return fmt.Errorf("%s has changed, and is read when hookdrill begins: start it again", w.config)
		}
		touched = p.touches(ctx, changed, w.features, w.fixtures)
		p.talk("%s changed", strings.Join(changed, ", "))
	}
}

// watchAll watches a file by its folder, as editors replace files, or a folder with all below it. What is not on the disk is
// built in, and does not change.
func watchAll(watcher *fsnotify.Watcher, path string) (number int, err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, nil
	case err != nil:
		return 0, err
	case !info.IsDir():
		return 1, watcher.Add(filepath.Dir(path))
	}
	err = filepath.WalkDir(path, func(below string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		number++
		return watcher.Add(below)
	})
	return number, err
}

// changes waits for files that matter, and until they have come to rest.
func (p *program) changes(ctx context.Context, watcher *fsnotify.Watcher, config string) (changed []string, err error) {
	var rest <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case err := <-watcher.Errors:
			return nil, ourFault(fmt.Errorf("--watch: %w", err))
		case e := <-watcher.Events:
			name := filepath.Clean(e.Name)
			matters := strings.HasSuffix(name, ".feature") || strings.HasSuffix(name, ".http") || strings.HasSuffix(name, ".schema.json") || name == config
			if e.Op == fsnotify.Chmod || !matters {
				continue
			}
			if !slices.Contains(changed, name) {
				changed = append(changed, name)
			}
			rest = time.After(settled)
		case <-rest:
			return changed, nil
		}
	}
}

// touches are the features that run again: those that changed, or, if it was a fixture, those that name it; all if none
// does, as its event may be sent by any.
func (p *program) touches(ctx context.Context, changed, features, fixtures []string) (list []string) {
	for _, name := range changed {
		if strings.HasSuffix(name, ".feature") {
			if _, err := os.Stat(name); err == nil && asked(name, features) {
				list = append(list, name)
			}
			continue
		}
		naming := p.namesFixture(ctx, name, features, fixtures)
		if len(naming) == 0 {
			return features
		}
		list = append(list, naming...)
	}
	if len(list) == 0 {
		return features
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// asked says whether a file is one of those that were asked for, or below one.
func asked(name string, features []string) bool {
	return slices.ContainsFunc(features, func(f string) bool {
		relative, err := filepath.Rel(f, name)
		return err == nil && !strings.HasPrefix(relative, "..")
	})
}

// namesFixture are the features on the disk whose text names a fixture.
func (p *program) namesFixture(ctx context.Context, fixture string, features, folders []string) (list []string) {
	for _, folder := range folders {
		relative, err := filepath.Rel(folder, fixture)
		if err != nil || strings.HasPrefix(relative, "..") {
			continue
		}
		name, _, _ := strings.Cut(filepath.ToSlash(relative), ".")
		for _, f := range features {
			found, err := p.find(ctx, f, false)
			if err != nil {
				continue // the run says what is wrong with it
			}
			for _, source := range found {
				if strings.Contains(string(source.Content), `"`+name) {
					list = append(list, source.Path)
				}
			}
		}
	}
	return list
}
