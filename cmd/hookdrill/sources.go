package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/hookdrill/hookdrill/features"
	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/steps"
)

// builtinFolder is what the folder of the built-in features is called on the command line and in reports.
const builtinFolder = "features"

// stdinSource is what the features of stdin are called in reports; on the command line they are "-".
const stdinSource = "stdin"

// sources are the feature files that the arguments name, and the lines that are asked for of them.
type sources struct {
	list  []steps.Source
	lines map[string][]int
	whole map[string]bool // a file that is also given without lines is meant whole
}

// read finds the feature files: on the disk, or, where nothing there has the name, among the built-in ones. Without
// arguments these are all of the built-in ones.
func (p *program) read(ctx context.Context, args []string) (*sources, error) {
	if len(args) == 0 {
		all, err := builtin(builtinFolder)
		return &sources{list: all}, err
	}
	s := &sources{lines: map[string][]int{}, whole: map[string]bool{}}
	for _, arg := range args {
		name, lines, err := steps.ParseLocation(arg)
		if err != nil {
			return nil, err
		}
		found, err := p.find(ctx, name, len(lines) > 0)
		if err != nil {
			return nil, err
		}
		for _, source := range found {
			s.lines[source.Path] = append(s.lines[source.Path], lines...)
			s.whole[source.Path] = s.whole[source.Path] || len(lines) == 0
		}
		s.list = append(s.list, found...)
	}
	for name := range s.whole {
		if s.whole[name] {
			delete(s.lines, name)
		}
	}
	return s, nil
}

// contents reads what may be a pipe, or checks what may be long: until that is done, or we are to stop.
func contents[T any](ctx context.Context, read func() (T, error)) (content T, err error) {
	if ctx.Err() != nil {
		return content, context.Cause(ctx)
	}
	type answer struct {
		content T
		err     error
	}
	done := make(chan answer, 1)
	go func() {
		content, err := read()
		done <- answer{content, err}
	}()
	select {
	case a := <-done:
		return a.content, a.err
	case <-ctx.Done():
		return content, context.Cause(ctx)
	}
}

// mostFeature bounds what is taken for a feature: the gherkin parser needs many times its size.
const mostFeature = 64 << 20

// upTo reads a feature that does not go on for ever.
func upTo(r io.Reader, name string) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, mostFeature+1))
	if err == nil && len(content) > mostFeature {
		err = fmt.Errorf("%s is larger than %d MiB, which no feature is", name, mostFeature>>20)
	}
	return content, err
}

// readNamed reads the file that was named by hand, which may be a pipe: <(command) of a shell is one.
func readNamed(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return upTo(file, name)
}

// readFound reads a file that was found in a folder. What is not a regular file was not meant, and may keep the run waiting for ever.
func readFound(root fs.FS, file, called string) ([]byte, error) {
	about, err := fs.Stat(root, file)
	if err != nil {
		return nil, err
	}
	if !about.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is %s and not a file with a feature; take it out of the folder, or name the files", called, fileKind(about.Mode()))
	}
	opened, err := root.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = opened.Close() }() // it was only read
	return upTo(opened, called)
}

// fileKind says what is not a regular file.
func fileKind(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode.IsDir():
		return "a link to a folder"
	}
	return "a device"
}

// find gives the one file, or the files of a folder.
func (p *program) find(ctx context.Context, name string, withLines bool) ([]steps.Source, error) {
	if name == "-" {
		content, err := contents(ctx, func() ([]byte, error) { return upTo(p.stdin, stdinSource) })
		return []steps.Source{{Path: stdinSource, Content: content}}, err
	}
	info, err := os.Stat(name)
	if name == builtinSource && errors.Is(err, fs.ErrNotExist) {
		return builtin(builtinFolder)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		found, missing := builtin(path.Clean(filepath.ToSlash(name)))
		if missing == nil && withLines && !strings.HasSuffix(name, ".feature") {
			return nil, fmt.Errorf("%s is a folder; lines are those of a file", name)
		}
		return found, missing
	case err != nil:
		return nil, err
	case !info.IsDir():
		content, err := contents(ctx, func() ([]byte, error) { return readNamed(name) })
		return []steps.Source{{Path: filepath.ToSlash(filepath.Clean(name)), Content: content}}, err
	case withLines:
		return nil, fmt.Errorf("%s is a folder; lines are those of a file", name)
	}
	found, err := featuresIn(os.DirFS(name), ".", filepath.ToSlash(filepath.Clean(name)))
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("the folder %s holds no *.feature file", name)
	}
	return found, err
}

// builtin gives the built-in features of a name, "features/cratejoy" or "features/cratejoy/events.feature".
func builtin(name string) ([]steps.Source, error) {
	inside := strings.TrimPrefix(strings.TrimPrefix(name, builtinFolder), "/")
	if inside == "" {
		inside = "."
	}
	if _, err := fs.Stat(features.FS, inside); err != nil || name != path.Join(builtinFolder, inside) {
		return nil, fmt.Errorf("no feature file or folder %q%s", name, hintAtFeature(name))
	}
	return featuresIn(features.FS, inside, builtinFolder)
}

// thereIs says whether a feature file is on the disk or among the built-in ones.
func thereIs(name string) bool {
	if _, err := os.Stat(name); err == nil {
		return true
	}
	_, err := builtin(name)
	return err == nil
}

// featuresIn reads the feature files of a folder and those below it, or one file. Folder is what the root is called.
func featuresIn(root fs.FS, name, folder string) (list []steps.Source, err error) {
	err = fs.WalkDir(root, name, func(file string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && file != name && entry.Name() == "testdata" {
			return fs.SkipDir // what tests read is no part of a contract, unless it is named
		}
		if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".feature") {
			return err
		}
		content, err := readFound(root, file, path.Join(folder, file))
		list = append(list, steps.Source{Path: path.Join(folder, file), Content: content})
		return err
	})
	return list, err
}

// hintAtFeature looks among the built-in features, and beside the file that was meant.
func hintAtFeature(name string) string {
	var names []string
	_ = fs.WalkDir(features.FS, ".", func(file string, entry fs.DirEntry, err error) error { // embedded: it cannot fail
		if err == nil && (entry.IsDir() || strings.HasSuffix(file, ".feature")) {
			names = append(names, path.Join(builtinFolder, file))
		}
		return nil
	})
	beside, _ := os.ReadDir(filepath.Dir(name)) // a folder that cannot be read holds nothing to hint at
	for _, entry := range beside {
		if entry.IsDir() || strings.HasSuffix(entry.Name(), ".feature") {
			names = append(names, filepath.ToSlash(filepath.Join(filepath.Dir(name), entry.Name())))
		}
	}
	return fixtures.Hint(name, names)
}
