package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/report"
)

// output is one --format: what is written, and where. An empty path is stdout.
type output struct {
	format report.Format
	path   string
}

// outputs reads --format NAME[:PATH]. Stdout gets a report for people, if no other format takes it and somebody waits for what
// happens, or nothing else is asked for.
func (p *program) outputs(specs []string, waits bool) ([]output, error) {
	var list []output
	taken := map[string]string{} // by path: the format
	for _, spec := range specs {
		name, path, hasPath := strings.Cut(strings.TrimSpace(spec), ":")
		format, err := report.Find(name)
		switch {
		case err != nil:
			return nil, fmt.Errorf("--format: %w", err)
		case hasPath && path == "":
			return nil, fmt.Errorf("--format %q: the path is missing behind the colon", spec)
		case path == "-":
			path = ""
		}
		key := path
		if path != "" {
			key = filepath.Clean(path)
		}
		if other, ok := taken[key]; ok {
			where := "stdout"
			if path != "" {
				where = path
			}
			return nil, fmt.Errorf("--format: %s and %s both go to %s; give one of them a file, as in %s:PATH", other, name, where, name)
		}
		taken[key] = name
		list = append(list, output{format, path})
	}
	if _, ok := taken[""]; !ok && (waits || len(list) == 0) {
		name := "pretty"
		if p.inCI() {
			name = "progress"
		}
		format, err := report.Find(name)
		if err != nil {
			return nil, err
		}
		list = append(list, output{format: format})
	}
	return list, nil
}

// reports are the printers of a run, and the files that some of them write.
type reports struct {
	printers []report.Printer
	tally    report.Tally
	files    []*reportFile
	broken   func(error) // told of the first report that could not be written

	once sync.Once
	err  error
}

// openReports makes the printers. A file that cannot be written is told before anything runs.
func openReports(ctx context.Context, list []output, options report.Options, broken func(error)) (*reports, error) {
	r := &reports{broken: broken}
	for _, o := range list {
		own := options
		if o.path != "" {
			file, err := createReport(ctx, o.path, o.format.Live)
			if err != nil {
				r.discard()
				return nil, err
			}
			r.files = append(r.files, file)
			own.Out, own.Color, own.Width = file, false, 0
		}
		r.printers = append(r.printers, o.format.New(own))
	}
	return r, nil
}

// begin tells those that hear of a run while it goes.
func (r *reports) begin(run report.Run) {
	for _, p := range r.printers {
		if recorder, ok := p.(report.Recorder); ok {
			r.note(recorder.Begin(run))
		}
	}
}

// exchange is called from several goroutines at once.
func (r *reports) exchange(scenario string, e journal.Entry) {
	for _, p := range r.printers {
		if recorder, ok := p.(report.Recorder); ok {
			r.note(recorder.Exchange(scenario, e))
		}
	}
}

func (r *reports) scenario(s report.Scenario) {
	r.tally.Add(s)
	for _, p := range r.printers {
		r.note(p.Scenario(s))
	}
}

// end writes what is left and puts the files in their places. It is called however the run has ended.
func (r *reports) end(run report.Run) error {
	for _, p := range r.printers {
		r.note(p.End(run, &r.tally))
	}
	for _, f := range r.files {
		r.note(f.commit())
	}
	return r.err
}

func (r *reports) note(err error) {
	if err == nil {
		return
	}
	r.once.Do(func() {
		r.err = fmt.Errorf("cannot write the report: %w", err)
		if r.broken != nil {
			r.broken(r.err)
		}
	})
}

// discard leaves nothing behind of files that were not committed.
func (r *reports) discard() {
	for _, f := range r.files {
		f.discard()
	}
}

// reportFile is a report that appears under its name once it is whole. Until then it is a file without a name, which a run that
// is killed does not leave behind.
type reportFile struct {
	*os.File
	path string // "": it is written in place, being no ordinary file
}

var _ io.Writer = (*reportFile)(nil)

// createReport makes the folders that are missing, and a file beside the one that is meant; a live one in its place.
func createReport(ctx context.Context, path string, live bool) (*reportFile, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		if info.IsDir() {
			return nil, fmt.Errorf("--format: %s is a folder; name a file in it", path)
		}
		file, err := openPipe(ctx, path)
		return &reportFile{File: file}, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("--format: %w", err)
	}
	if live {
		file, err := os.Create(path)
		if err != nil {
			err = fmt.Errorf("--format: %w", err)
		}
		return &reportFile{File: file}, err
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // a link stays one
	}
	file, err := openBeside(path)
	if err == nil {
		err = os.Remove(file.Name())
	}
	if broken := new(fs.PathError); errors.As(err, &broken) {
		return nil, fmt.Errorf("--format: cannot write %s: %w", path, broken.Err)
	}
	return &reportFile{File: file, path: path}, err
}

// lastWords is how long the reader of a pipe has for what is left of a report when the run is interrupted.
const lastWords = 2 * time.Second

// openPipe opens a pipe or a device, in whose place no other file can be put. Whoever is to read it may not come, or not go on: a run
// that is interrupted does not wait for that.
func openPipe(ctx context.Context, path string) (*os.File, error) {
	file, err := contents(ctx, func() (*os.File, error) { return os.OpenFile(path, os.O_WRONLY, 0) })
	if err == nil {
		context.AfterFunc(ctx, func() { _ = file.SetWriteDeadline(time.Now().Add(lastWords)) }) // a device has none, and needs none
	}
	return file, err
}

// openBeside makes a new file in the folder of another.
func openBeside(path string) (*os.File, error) {
	return os.OpenFile(fmt.Sprintf("%s.%d.tmp", path, os.Getpid()), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o644)
}

func (f *reportFile) commit() error {
	if f.path == "" {
		return f.Close()
	}
	_, err := f.Seek(0, io.SeekStart)
	if err != nil {
		return err
	}
	whole, err := openBeside(f.path)
	if err != nil {
		return err
	}
	_, err = io.Copy(whole, f.File)
	if err = errors.Join(err, whole.Close(), f.Close()); err == nil {
		err = os.Rename(whole.Name(), f.path)
	}
	return err
}

func (f *reportFile) discard() {
	_ = f.Close() // committed already, or of no use
	if f.path != "" {
		_ = os.Remove(f.Name()) // it is there only if it could not be put in its place
	}
}

// isBrokenPipe says whether whoever read our output has gone.
func isBrokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
