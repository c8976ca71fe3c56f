package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"rsc.io/qr"

	"tianye/internal/account"
)

const memberTable = "衢州调研组\n姓名*,手机号,县,角色\n林小雨,138 0000 1111,江山市,调研员\n毛<b>,,龙游,reviewer\n吴博,,江山市,\n"

func (w *world) limitOf(login string) account.Limit {
	w.Helper()
	people, err := w.Accounts.People(w.Context(), w.Project.ID)
	if err != nil {
		w.Fatal(err)
	}
	for _, p := range people {
		if p.User.Login == login {
			return p.Limit
		}
	}
	w.Fatalf("no member %s", login)
	return account.Limit{}
}

// TestImportWithoutACounty: an empty cell of the column that limits is no leave to see everything.
func TestImportWithoutACounty(t *testing.T) {
	w := newWorld(t)
	w.Case("荷塘村")
	alice, path := w.As("alice"), w.Base()+"/members/import"
	const table = "姓名,手机,县,角色\n林小雨,13800001111,江山市,\n毛建国,13900002222,,\n郑大爷,13700003333, ,课题负责人\n"
	before := len(w.userList())
	refused := alice.Upload(path, "file", "a.csv", []byte(table), nil).Want(t, http.StatusUnprocessableEntity).Shows(t, "第 3 行", "没有填写“县”")
	refused.Hides(t, "第 4 行") // a manager sees everything anyway
	if len(w.userList()) != before {
		t.Error("somebody was made")
	}
	alice.Upload(path, "file", "a.csv", []byte(table), url.Values{"column": {""}}).Want(t, http.StatusOK).Shows(t, "新建 3 人") // nobody is limited
}

func TestImportMembers(t *testing.T) {
	w := newWorld(t)
	w.Case("荷塘村") // its 县 is 江山市
	alice, path := w.As("alice"), w.Base()+"/members/import"
	alice.Get(path).Want(t, http.StatusOK).Shows(t, "从表格导入成员")
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(memberTable))
	if err != nil {
		t.Fatal(err)
	}
	before := len(w.userList())
	alice.Upload(path+"/preview", "file", "调研员.csv", gb, nil).Want(t, http.StatusOK).
		Shows(t, "将新建 2 人，加入 0 个已有账号，1 人已经是成员", "第 4 行：", "没有案例的“县”是“龙游”", "13800001111", "自动编号", "县：江山市", "毛<b>").
		Holds(t, `<option selected>县</option>`).Hides(t, "<html")
	if len(w.userList()) != before {
		t.Fatal("the preview made users")
	}
	made := alice.Upload(path, "file", "调研员.csv", gb, nil).Want(t, http.StatusOK).
		Shows(t, "新建 2 人", "林小雨", "毛<b>", "密码只在这一页显示这一次", w.URL+"/sign-in").Holds(t, "毛&lt;b&gt;", `<use href="#code"/>`)
	found := oneTime.FindAllStringSubmatch(made.Body, -1)
	if len(found) != 2 || made.Header.Get("Cache-Control") != "no-store" {
		t.Fatal(found, made.Header)
	}
	w.wantsCode(made.Body, w.URL+"/sign-in") // the address, and no password
	if _, to := w.signIn("13800001111", found[0][1], http.StatusSeeOther); to != "/password" {
		t.Errorf("sent to %s", to)
	}
	w.signIn("w001", found[1][1], http.StatusSeeOther)
	if l := w.limitOf("13800001111"); l.Attribute != "县" || fmt.Sprint(l.Values) != "[江山市]" {
		t.Error(l)
	}
	if l := w.limitOf("bob"); !l.IsZero() {
		t.Error("who is there was limited:", l)
	}
	again := alice.Upload(path, "file", "调研员.csv", gb, nil).Want(t, http.StatusOK).Shows(t, "新建 0 人，加入 0 个已有账号，3 人原来就是成员")
	if oneTime.FindString(again.Body) != "" {
		t.Error("a password for who is there")
	}
	alice.Get(w.Base()+"/members?q=江山").Want(t, http.StatusOK).Shows(t, "林小雨", "县：江山市").Hides(t, "吴博")
	alice.Get(w.Base()+"/members?q=nobody").Want(t, http.StatusOK).Shows(t, "没有找到这样的成员")
}

var (
	codePath = regexp.MustCompile(`class="slip-code-dark" d="([^"]*)"`)
	codeRun  = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1H(\d+)z`)
)

// wantsCode fails unless the page draws the QR code of the text, module by module, with a quiet zone of four.
func (w *world) wantsCode(page, text string) {
	w.Helper()
	code, err := qr.Encode(text, qr.M)
	drawn := codePath.FindStringSubmatch(page)
	if err != nil || drawn == nil || codeRun.ReplaceAllString(drawn[1], "") != "" {
		w.Fatal("no code", err, drawn)
	}
	black := map[[2]int]bool{}
	for _, run := range codeRun.FindAllStringSubmatch(drawn[1], -1) {
		x, _ := strconv.Atoi(run[1])
		y, _ := strconv.Atoi(run[2])
		length, _ := strconv.Atoi(run[3])
		for i := range length {
			black[[2]int{x + i - 4, y - 4}] = true
		}
	}
	count := 0
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) != black[[2]int{x, y}] {
				w.Fatalf("module %d, %d", x, y)
			}
			if code.Black(x, y) {
				count++
			}
		}
	}
	if count != len(black) {
		w.Error("black outside the code")
	}
}

func (w *world) userList() []account.User {
	w.Helper()
	users, err := w.Accounts.Users(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return users
}

// TestImportPasted: what is copied from Excel has tabs; the column and the attribute are the sender's to choose.
func TestImportPasted(t *testing.T) {
	w := newWorld(t)
	w.Case("荷塘村")
	alice, path := w.As("alice"), w.Base()+"/members/import"
	pasted := "name\tphone\tteam\nLin\t13800001111\t江山市、龙游县\n"
	fields := url.Values{"pasted": {pasted}, "role": {"viewer"}}
	alice.Post(path+"/preview", fields).Want(t, http.StatusOK).Shows(t, "不限定", "观察员").Hides(t, "它是案例的哪个属性")
	fields.Set("column", "team")
	alice.Post(path+"/preview", fields).Want(t, http.StatusOK).Shows(t, "team：江山市、龙游县").Holds(t, `<option selected>team</option>`)
	fields.Set("of", "team")
	fields.Set("attribute", "县")
	alice.Post(path+"/preview", fields).Want(t, http.StatusOK).Shows(t, "县：江山市、龙游县", "没有案例的“县”是“龙游县”")
	alice.Post(path, fields).Want(t, http.StatusOK).Shows(t, "观察员")
	if l := w.limitOf("13800001111"); l.Attribute != "县" || len(l.Values) != 2 {
		t.Error(l)
	}
}

func TestImportWorkbook(t *testing.T) {
	w := newWorld(t)
	alice, path := w.As("alice"), w.Base()+"/members/import"
	book := excelize.NewFile()
	for i, row := range [][]any{{"姓名", "电话"}, {"林小雨", 13800001111}, {"毛建国", "0570-1234567"}} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	alice.Upload(path, "file", "名单.xlsx", b.Bytes(), nil).Want(t, http.StatusOK).Shows(t, "新建 2 人", "13800001111", "05701234567")
}

// TestMemberTemplate: the template is read as it is, and what its lists offer is understood.
func TestMemberTemplate(t *testing.T) {
	w := newWorld(t)
	w.Case("荷塘村") // its 县 is 江山市
	alice, path := w.As("alice"), w.Base()+"/members"
	for c, row := range map[*client][]any{alice: {"林小雨", "13800001111", "审核员", "江山市"}, alice.English(): {"Mao", "13900001111", "Reviewer", "江山市"}} {
		a := c.Get(path+"/template").Want(t, http.StatusOK)
		alice.Upload(path+"/import", "file", "空.xlsx", []byte(a.Body), nil).Want(t, http.StatusUnprocessableEntity).Shows(t, "表里没有成员")
		book, err := excelize.OpenReader(strings.NewReader(a.Body))
		if err != nil {
			t.Fatal(err)
		}
		lists, err := book.GetDataValidations(book.GetSheetName(0))
		if err != nil || len(lists) != 2 || !strings.Contains(lists[0].Formula1, row[2].(string)) || !strings.Contains(lists[1].Formula1, "江山市") {
			t.Fatal(lists, err)
		}
		if err := book.SetSheetRow(book.GetSheetName(0), "A2", &row); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := book.Write(&b); err != nil {
			t.Fatal(err)
		}
		alice.Upload(path+"/import", "file", "名单.xlsx", b.Bytes(), nil).Want(t, http.StatusOK).Shows(t, "新建 1 人", row[0].(string), "审核员", "县：江山市")
	}
}

// TestPreviewOfMistakes: a row that is wrong is shown so, is not counted, and people read what to do.
func TestPreviewOfMistakes(t *testing.T) {
	w := newWorld(t)
	alice, path := w.As("alice"), w.Base()+"/members/import/preview"
	alice.Post(path, url.Values{"pasted": {"姓名,手机,角色\n林,1380000111,\n毛,,县长\n"}}).Want(t, http.StatusOK).
		Shows(t, "将新建 1 人", "1 行要先改正，现在还不能导入", "第 3 行： 没有角色“县长”", "要改正", "请在表里改好上面标出的行", "第 2 行： 手机号 1380000111 不像大陆手机号").Hides(t, "import-now")
	alice.Post(path, url.Values{"pasted": {"姓名,手机\n林,1380000111\n毛,13800001111\n"}}).Want(t, http.StatusOK).
		Shows(t, "将新建 2 人", "第 2 行： 手机号 1380000111").Hides(t, "要改正", "第 3 行").Holds(t, "import-now")
}

func TestImportMembersRefused(t *testing.T) {
	w := newWorld(t)
	alice, path := w.As("alice"), w.Base()+"/members/import"
	before := len(w.userList())
	for name, c := range map[string]struct {
		table  string
		status int
		says   []string
	}{
		"nothing":        {"", http.StatusBadRequest, []string{"请选择一个表格文件，或粘贴一张表"}},
		"no names":       {"手机,县\n13800001111,江山市\n", http.StatusUnprocessableEntity, []string{"没有找到“姓名”列"}},
		"headings alone": {"姓名,手机\n", http.StatusUnprocessableEntity, []string{"表里没有成员"}},
		"a formula":      {"姓名,手机\n\"=HYPERLINK(\"\"http://evil\"\")\",13800001111\n林,13800002222\n", http.StatusUnprocessableEntity, []string{"没有导入任何人：有 1 处需要先改正", "第 2 行：", "姓名不能以 = + - @ 开头"}},
		"duplicates":     {"姓名,手机,角色\n林,13800001111,\n吴,+86 13800001111,\n毛,,县长\n", http.StatusUnprocessableEntity, []string{"第 3 行：", "手机号 13800001111 与第 2 行相同", "第 4 行：", "没有角色“县长”，请写课题负责人、审核员"}},
		"too many":       {"姓名\n" + strings.Repeat("某人\n", 1001), http.StatusRequestEntityTooLarge, []string{"表里有 1001 人，一次最多导入 1000 人"}},
		"unpaired":       {"姓名,手机\n\"林,13800001111\n", http.StatusBadRequest, []string{"引号不成对"}},
	} {
		a := alice.Post(path, url.Values{"pasted": {c.table}})
		if a.StatusCode != c.status {
			t.Errorf("%s: status %d\n%.500s", name, a.StatusCode, a.Text())
		}
		a.Shows(t, c.says...)
		alice.Post(path+"/preview", url.Values{"pasted": {c.table}}).Want(t, http.StatusOK)
	}
	for name, content := range map[string]string{"a.xls": "\xD0\xCF\x11\xE0", "a.xlsx": "PK\x03\x04 not really", "a.csv": "\x00\x01"} {
		a := alice.Upload(path, "file", name, []byte(content), nil)
		if a.StatusCode < 400 || a.StatusCode >= 500 || !strings.Contains(a.Body, `class="error"`) {
			t.Errorf("%s: status %d", name, a.StatusCode)
		}
	}
	if len(w.userList()) != before {
		t.Error("refused, and done")
	}
}
