package casebase

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"tianye/internal/account"
	"tianye/internal/id"
)

// AttributeSummary is what the cases of a project have under one name.
type AttributeSummary struct {
	Name   string
	Type   AttributeType // of most of them
	Cases  int           // that have it
	Values []ValueCount  // the most frequent first, at most 200; nil of numbers
	Min    float64       // of numbers; dates in seconds since 1970 UTC
	Max    float64
	Odd    []id.CaseID // cases whose value is not of the type

	place int // where cases list it, on the average, in hundredths
}

// ValueCount is a value and how many cases have it.
type ValueCount struct {
	Value string
	Cases int
}

const maxValues = 200

// Attributes tells what attributes the cases of a project have, in the order in
// which cases list them.
func (s *Service) Attributes(ctx context.Context, project id.ProjectID) ([]AttributeSummary, error) {
	return s.attributes(ctx, project, account.ScopeOf(ctx).Limit)
}

func (s *Service) attributes(ctx context.Context, project id.ProjectID, limit account.Limit) ([]AttributeSummary, error) {
	k, err := s.following(ctx, project)
	if err != nil {
		return nil, err
	}
	defer k.mu.Unlock()
	return k.view(limit).attributes, nil
}

// types gives the type of every attribute of the project by its name, whoever asks: what a limited
// member writes is of the same types as what the others do.
func (s *Service) types(ctx context.Context, project id.ProjectID) (map[string]AttributeType, error) {
	all, err := s.attributes(ctx, project, account.Limit{})
	types := make(map[string]AttributeType, len(all))
	for _, a := range all {
		types[a.Name] = a.Type
	}
	return types, err
}

// gathered is an attribute being summed up.
type gathered struct {
	places int
	types  map[AttributeType]int
	values map[string]int
}

func summarise(rows []*Summary) []AttributeSummary {
	byName := map[string]*gathered{}
	for _, c := range rows {
		for place, a := range c.Attributes {
			g := byName[a.Name]
			if g == nil {
				g = &gathered{types: map[AttributeType]int{}, values: map[string]int{}}
				byName[a.Name] = g
			}
			g.places += place
			g.types[a.Type]++
			g.values[a.Value]++
		}
	}
	list := make([]AttributeSummary, 0, len(byName))
	index := map[string]int{}
	for name, g := range byName {
		list = append(list, g.summary(name))
	}
	slices.SortFunc(list, func(a, b AttributeSummary) int {
		return cmp.Or(cmp.Compare(a.place, b.place), strings.Compare(a.Name, b.Name))
	})
	for i, a := range list {
		index[a.Name] = i
	}
	for _, c := range rows {
		for i, a := range c.Attributes {
			list[index[a.Name]].note(c.ID, a, c.numbers[i])
		}
	}
	return list
}

// summary decides the type: that of most cases, the wider one when two are equal.
func (g *gathered) summary(name string) AttributeSummary {
	s := AttributeSummary{Name: name, Min: math.NaN(), Max: math.NaN()}
	most := 0
	for _, kind := range []AttributeType{TypeText, TypeChoice, TypeDate, TypeNumber} {
		s.Cases += g.types[kind]
		if g.types[kind] > most {
			s.Type, most = kind, g.types[kind]
		}
	}
	s.place = g.places * 100 / s.Cases
	if s.Type == TypeNumber {
		return s
	}
	for value, n := range g.values {
		s.Values = append(s.Values, ValueCount{value, n})
	}
	slices.SortFunc(s.Values, func(a, b ValueCount) int {
		return cmp.Or(cmp.Compare(b.Cases, a.Cases), strings.Compare(a.Value, b.Value))
	})
	s.Values = s.Values[:min(len(s.Values), maxValues)]
	return s
}

// note looks at one value: how far numbers reach, and what is not of the type. Texts
// and choices take anything.
func (s *AttributeSummary) note(caseID id.CaseID, a Attribute, n float64) {
	switch {
	case s.Type != TypeNumber && s.Type != TypeDate:
	case a.Type != s.Type:
		s.Odd = append(s.Odd, caseID)
	default:
		if math.IsNaN(s.Min) {
			s.Min, s.Max = n, n
		}
		s.Min, s.Max = min(s.Min, n), max(s.Max, n)
	}
}
