package instance

// Recompute evaluates everything again, whether it seems needed or not.
func (i *Instance) Recompute() {
	for _, v := range i.p.order {
		i.whole.add(v.place)
	}
	i.run()
}
