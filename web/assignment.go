package web

var assignmentRoutes = []Route{}
