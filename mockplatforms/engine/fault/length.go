package fault

import "github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"

var tooShort = Fault{
	Name: "Content-Length too short",
	Doc:  "Content-Length is half of the body, and all of it comes: the rest stands where the next request would",
	Play: func(l *delivery.Line) error {
		return l.Send(l.Head(contentLength(len(l.Request.Body)/2)), l.Request.Body)
	},
}

var tooLong = Fault{
	Name: "Content-Length too long",
	Doc:  "Content-Length is ten bytes more than the body has, and nothing comes after it (FIN)",
	Play: func(l *delivery.Line) error {
		if err := l.Send(l.Head(contentLength(len(l.Request.Body)+10)), l.Request.Body); err != nil {
			return err
		}
		return l.CloseWrite()
	},
}
