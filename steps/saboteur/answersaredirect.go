package saboteur

import (
	"net/http"
)

var answersARedirect = Saboteur{
	Name: "answers-a-redirect",
	Doc:  "answers 307 to the path with a slash at its end, once the callback was taken",
	Catches: []string{
		"bigcommerce/events.feature: It is acknowledged",
		"cratejoy/events.feature: It is acknowledged",
		"oliver/events.feature: It is acknowledged",
	},
	New: answers(func(a *http.Response) {
		if a.StatusCode < 300 {
			a.StatusCode, a.Status = http.StatusTemporaryRedirect, "307 Temporary Redirect"
			a.Header.Set("Location", a.Request.URL.Path+"/")
		}
	}),
}
