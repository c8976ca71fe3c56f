package demo

import "tianye/internal/account"

// Person is an account of the demonstration; the loader sets the passwords.
type Person struct {
	User   string // the name to sign in with
	Name   string
	Role   account.Role // Admin is of the server: not a member of the project
	County string       // an enumerator's county, by code
}

// People are the demonstration's accounts: one a role at least, two enumerators a county.
var People = []Person{
	{"admin", "系统管理员", account.Admin, ""},
	{"alice", "陈爱丽", account.Manager, ""},
	{"rui", "芮明", account.Reviewer, ""},
	{"ning", "宁静", account.Reviewer, ""},
	{"ana", "安岚", account.Analyst, ""},
	{"vic", "魏可", account.Viewer, ""},
	{"bob", "吴博", account.Enumerator, "kecheng"},
	{"xiaolin", "林小满", account.Enumerator, "kecheng"},
	{"jianhua", "徐建华", account.Enumerator, "qujiang"},
	{"yufei", "郑雨霏", account.Enumerator, "qujiang"},
	{"weidong", "毛卫东", account.Enumerator, "jiangshan"},
	{"siqi", "姜思琪", account.Enumerator, "jiangshan"},
	{"haiyan", "余海燕", account.Enumerator, "longyou"},
	{"zhiyuan", "方志远", account.Enumerator, "longyou"},
	{"guoqing", "占国庆", account.Enumerator, "changshan"},
	{"meiling", "樊美玲", account.Enumerator, "changshan"},
	{"yongming", "汪永明", account.Enumerator, "kaihua"},
	{"qiuyue", "程秋月", account.Enumerator, "kaihua"},
}

// enumerators are the two of a county.
func enumerators(county string) []string {
	var users []string
	for _, p := range People {
		if p.Role == account.Enumerator && p.County == county {
			users = append(users, p.User)
		}
	}
	return users
}
