package web

var exportRoutes = []Route{}
