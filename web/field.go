package web

var fieldRoutes = []Route{}
