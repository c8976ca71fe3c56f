package web

var qualityRoutes = []Route{}
