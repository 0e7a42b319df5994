#!/usr/bin/env bash
# github.com/modelcontextprotocol/go-sdk v1.8.0, its typed `mcp.AddTool`.
#
# The guess: a tool whose answer is a struct may leave a slice and a map of it empty, as Go does with both: `{"risks": null}`
# and `{"by_stage": null}` are good, or are made `[]` and `{}`. An answer that the tool itself marks as an error is handed on.
# What happens: the schema that is made of the struct lets a slice be null, and a map not. So the tool works until there is
# nothing to count, and then the call fails, with words about a "reflect.Value" and a schema that the tool's author never wrote;
# no tool's answer but an error of the protocol, which a model may never see. It takes an answer marked by `IsError` with it:
# the struct beside it is empty, so "no such organisation" never arrives. A Go `error` does. `make(map[string]int)`, or
# `omitempty`, helps.
# Seen: "a slice: {"risks":null}", "a map: calling "tools/call": validating tool output: ... /properties/by_stage: type:
# <invalid reflect.Value> has type "null", want "object"", the same for "IsError", "an error: no such organisation", "omitempty:
# {}".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >go.mod <<'MOD'
module look

go 1.25
MOD
cat >main.go <<'GO'
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type nothing struct{}

type risks struct {
	Risks []string `json:"risks"`
}

type stages struct {
	ByStage map[string]int `json:"by_stage"`
}

type maybe struct {
	ByStage map[string]int `json:"by_stage,omitempty"`
}

func tool[Answer any](server *mcp.Server, name string, result *mcp.CallToolResult, err error) {
	mcp.AddTool(server, &mcp.Tool{Name: name}, func(context.Context, *mcp.CallToolRequest, nothing) (*mcp.CallToolResult, Answer, error) {
		var answer Answer
		return result, answer, err
	})
}

func main() {
	ctx := context.Background()
	server := mcp.NewServer(&mcp.Implementation{Name: "risks", Version: "1"}, nil)
	unknown := "no such organisation"
	marked := &mcp.CallToolResult{IsError: true, Content: []mcp.Content{&mcp.TextContent{Text: unknown}}}
	tool[risks](server, "a slice", nil, nil)
	tool[stages](server, "a map", nil, nil)
	tool[stages](server, "IsError", marked, nil)
	tool[stages](server, "an error", nil, errors.New(unknown))
	tool[maybe](server, "omitempty", nil, nil)
	here, there := mcp.NewInMemoryTransports()
	go server.Run(ctx, here)
	session, err := mcp.NewClient(&mcp.Implementation{Name: "look", Version: "1"}, nil).Connect(ctx, there, nil)
	if err != nil {
		panic(err)
	}
	for _, name := range []string{"a slice", "a map", "IsError", "an error", "omitempty"} {
		answer, err := session.CallTool(ctx, &mcp.CallToolParams{Name: name})
		switch {
		case err != nil:
			fmt.Printf("%s: %v\n", name, err)
		case answer.IsError:
			fmt.Printf("%s: %s\n", name, answer.Content[0].(*mcp.TextContent).Text)
		default:
			said, _ := json.Marshal(answer.StructuredContent)
			fmt.Printf("%s: %s\n", name, said)
		}
	}
}
GO
go get github.com/modelcontextprotocol/go-sdk@v1.8.0 2>said || { cat said; exit 1; }
go mod tidy 2>said || { cat said; exit 1; }
go run . 2>/dev/null | tee said
diff said - <<'SEEN'
a slice: {"risks":null}
a map: calling "tools/call": validating tool output: validating root: validating /properties/by_stage: type: <invalid reflect.Value> has type "null", want "object"
IsError: calling "tools/call": validating tool output: validating root: validating /properties/by_stage: type: <invalid reflect.Value> has type "null", want "object"
an error: no such organisation
omitempty: {}
SEEN
