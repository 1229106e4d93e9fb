#!/bin/sh
# The ids that were kept, as JSON.
touch "$STATE"
printf '[%s]\n' "$(paste -sd, "$STATE")"
