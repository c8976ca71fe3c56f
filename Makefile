# Assets come from npm at build time; the program embeds them.
web/node_modules/.installed: web/package.json web/package-lock.json web/.npmrc
	cd web && npm ci
	touch $@

asset_inputs := web/build.mjs web/tsconfig.json web/node_modules/.installed charts/render/functions.js \
	$(shell find web/islands web/pages web/static -path web/static/dist -prune -o \
		-type f \( -name '*.ts' -o -name '*.tsx' -o -name '*.css' -o -name '*.svg' -o -name '*.json' \) -print)

web/static/dist/pages.css charts/render/dist/echarts.min.js cmd/tianye/dist/parts.json &: $(asset_inputs)
	node web/build.mjs

# A source tree without git is its release's version.
version := $(or $(shell git describe --tags --always --dirty 2>/dev/null),0.4.0)
notices := go run ./cmd/tianye/notices
go_build := CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -buildid= -X main.version=$(version)"

.PHONY: assets build
.DEFAULT_GOAL := build
assets: web/static/dist/pages.css charts/render/dist/echarts.min.js cmd/tianye/dist/parts.json

build: assets
	$(notices) $$(go env GOOS GOARCH) cmd/tianye/dist/parts.json web/node_modules cmd/tianye/dist/notices.gz
	$(go_build) -o tianye ./cmd/tianye

# What is given away: a static program for each system, with the notices of its own parts.
targets := linux/amd64 linux/arm64 linux/loong64 windows/amd64

.PHONY: dist
dist: assets
	rm -rf build/dist && mkdir -p build/dist
	@for target in $(targets); do \
		GOOS=$${target%/*} GOARCH=$${target#*/}; name=tianye-$(version)-$$GOOS-$$GOARCH; \
		test $$GOOS != windows || name=$$name.exe; echo $$name; \
		$(notices) $$GOOS $$GOARCH cmd/tianye/dist/parts.json web/node_modules cmd/tianye/dist/notices.gz && \
		GOOS=$$GOOS GOARCH=$$GOARCH $(go_build) -o build/dist/$$name ./cmd/tianye || exit 1; \
	done
	rm -f cmd/tianye/dist/notices.gz
	cd build/dist && sha256sum tianye-* > SHA256SUMS

.PHONY: run demo test check bench trial tools pictures
run: build
	./tianye serve

demo: build
	./tianye demo

# What the tests need beyond Go, Node and make, installed where it is lacking:
# a browser, Chinese fonts, and gcc for the race detector.
tools:
	@sh web/e2e/tools.sh

# The race detector watches accounts, the store and the web; the other packages run plain. SQLite's
# own pointers, translated from C, are not checked, nor is the hashing of passwords: that takes half of the time.
race := CGO_ENABLED=1 go test -race -gcflags=modernc.org/...=-d=checkptr=0 \
	-gcflags=golang.org/x/crypto/argon2=-race=false -gcflags=golang.org/x/crypto/blake2b=-race=false
test: assets tools
	go vet ./...
	go test $$(go list ./... | grep -v -e '/internal/store' -e '/web$$')
	$(race) -short ./internal/account
	$(race) ./internal/store/... ./web
	cd web && npx tsc --noEmit && node test.mjs
	node web/e2e/run.mjs

check: assets
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo 'run gofmt on:'; gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	go test -short ./...
	cd web && npx tsc --noEmit && node test.mjs
	sh web/e2e/dependencies.sh

bench: build tools
	go test -run '^$$' -bench . -benchtime 300ms ./survey/... ./casebase/... ./charts ./internal/store/sqlite
	go run ./internal/bench
	node web/e2e/bigform.mjs
	node web/e2e/cuts.mjs

# The trials on inputs by other hands: make trial SHARED=DIR.
trial: assets tools
	@test -n "$(SHARED)" || { echo 'make trial SHARED=DIR: the folder with cases/ and xlsforms/'; exit 2; }
	SHARED=$(abspath $(SHARED)) go test -count=1 -tags trial -run Trial -v ./survey/openrosa ./casebase
	rm -rf build/xforms && mkdir -p build/xforms && go build -o build/tianye ./cmd/tianye
	for f in $(SHARED)/xlsforms/forms/*.xls[xm] internal/demo/forms/*.xlsx; do \
		build/tianye form convert $$f -o build/xforms/$$(basename $${f%.*}).xml 2>/dev/null || true; done
	node web/e2e/webforms/run.mjs build/xforms $(SHARED)/xlsforms/xforms

# The README's pictures, of the demonstration.
pictures: assets tools
	go build -o build/tianye ./cmd/tianye
	node web/e2e/pictures.mjs
