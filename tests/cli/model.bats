load helpers
load provider

tools() {
  [ -x "${IBID_TOOLS-}/fake_provider" ] || skip "no tools: make cli"
}

@test "without a network, the built-in model and what is configured are listed" {
  run -0 ibid model list --json
  [ "$(json '.items[0].id')" = extractive ]
  [ "$(json '.items[0].default')" = true ]
  printf '[core]\nmodel = box\n[provider "box"]\nprotocol = openai-chat\nbase_url = http://127.0.0.1:9/v1\nmodel = qwen\n' | configure
  run -0 ibid models list --json
  [ "$(json '.items[] | select(.id == "box/qwen") | .default')" = true ]
  [ "$(json '.items[] | select(.id == "extractive") | .default')" = false ]
}

@test "a preset whose key is set is listed with limits and prices, and the key is not shown" {
  ANTHROPIC_API_KEY=canary run -0 ibid model list --json
  lacks "$output" canary
  [ "$(json '[.items[] | select(.context > 0 and .price_in > 0 and .currency == "USD")] | length > 0')" = true ]
  ANTHROPIC_API_KEY=canary run -0 ibid model list --caps vision --limit 1 --plain
  [ "${#lines[@]}" = 1 ]
  run -1 ibid model list --caps nosuch
}

@test "show tells of one model, the default without a name" {
  run -0 ibid model show --json
  [ "$(json .schema)" = ibid.model/1 ]
  [ "$(json .id)" = extractive ]
  run --separate-stderr -78 ibid model show nosuch
  holds "$stderr" nosuch
}

# A server where LM Studio would answer, because `local` looks nowhere else.
serve_local() {
  python3 - "$1" 3>&- << 'END' > ready &
import http.server, json, sys
class Models(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"object": "list", "data": [{"id": sys.argv[1], "object": "model"}]}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
try:
    server = http.server.HTTPServer(("127.0.0.1", 1234), Models)
except OSError:
    sys.exit(print("taken", flush=True))
print("up", flush=True)
server.serve_forever()
END
  PROVIDER_PID=$!
  until_true [ -s ready ]
  [ "$(cat ready)" = up ] || skip "the port of LM Studio is taken"
}

@test "show and list find a server of this machine" {
  serve_local tiny-gemma-it
  run -0 ibid model list --local --json
  holds "$(json '.items[].id')" lmstudio/tiny-gemma-it
  run -0 ibid model show local/tiny-gemma --json
  [ "$(json .id)" = lmstudio/tiny-gemma-it ]
}

@test "use keeps the choice, and says when a setting wins" {
  printf '[provider "box"]\nprotocol = openai-chat\nbase_url = http://127.0.0.1:9/v1\nmodel = qwen\n' | configure
  run -0 ibid model use box
  [ "$output" = "using box" ]
  run -0 ibid model show --json
  [ "$(json .id)" = box/qwen ]
  run --separate-stderr -78 ibid model use nosuch
  IBID_MODEL=extractive run --separate-stderr -0 ibid model use box
  holds "$stderr" "IBID_MODEL sets core.model to 'extractive', which wins"
  run -0 ibid model use local --dry-run
  run -0 ibid model show --json
  [ "$(json .id)" = box/qwen ]
}

@test "the built-in model is healthy without a network" {
  run -0 ibid --offline model test
  holds "$output" ok
}

@test "a model that answers is healthy" {
  tools
  answering o k
  serve "$PWD/script.wire"
  sed -i 's/^protocol = .*/protocol = openai-chat/' "$CONFIG"
  run -0 ibid model test fake --json
  [ "$(json '.items[0].id')" = fake/m ]
  [ "$(json '.items[0].health')" = ok ]
  [ "$(json '.items[0].streams')" = true ]
  [ "$(json '.items[0].latency_ms >= 0')" = true ]
}

@test "a model that does not answer as it should is status 1, one that cannot be reached 75" {
  tools
  printf 'expect POST /v1/chat/completions\nstatus 401\nheader content-type: application/json\n|{"error":{"message":"bad key","type":"x"}}\n' > script.wire
  serve "$PWD/script.wire"
  sed -i 's/^protocol = .*/protocol = openai-chat/' "$CONFIG"
  run --separate-stderr -1 ibid model test fake --json
  [ "$(json '.items[0].health')" = failed ]
  [ "$(json '.items[0].http_status')" = 401 ]
  printf '[provider "gone"]\nprotocol = openai-chat\nbase_url = http://127.0.0.1:1/v1\nmodel = m\nretries = 0\n' | configure
  run --separate-stderr -75 ibid model test gone --jsonl
  [ "$(head -n 1 <<< "$output" | jq -r .code)" = network ]
  [ "$(tail -n 1 <<< "$output" | jq -r .ok)" = false ]
}

@test "--offline asks nobody" {
  run --separate-stderr -77 ibid --offline model list --local
  run --separate-stderr -77 ibid --offline model list --served
  printf '[provider "box"]\nprotocol = openai-chat\nbase_url = http://127.0.0.1:9/v1\nmodel = qwen\n' | configure
  run --separate-stderr -1 ibid --offline model test box
  holds "$output" "--offline"
}
