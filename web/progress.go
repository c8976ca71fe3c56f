package web

var progressRoutes = []Route{}
