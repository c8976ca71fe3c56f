package web

var reviewRoutes = []Route{}
