using System.Security.Cryptography;
using System.Text;
using ClusterFixture;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>The published program with scripts in the place of Renovate: what the real one cannot be brought to do on demand, or not fast.</summary>
public sealed class RenovateRunContractSpecs : IDisposable
{
    private const int Limit = 120_000;

    private readonly RunnerSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData("kill -9 $$", 1, "Renovate was killed, most likely because the container reached its memory limit")]
    [InlineData("kill -15 $$", 3, "Renovate was terminated from outside")]
    [InlineData("exit 0", 1, "Renovate ended without a report, so nobody knows what it did")]
    [InlineData("echo '{\"problems\":[' >\"$RENOVATE_REPORT_PATH\"", 1, "Renovate ended without a report, so nobody knows what it did")]
    [InlineData("echo nonsense >\"$RENOVATE_LOG_FILE\"; echo gone >&2; exit 7", 1, "Renovate ended with exit code 7 and did not say why: gone")]
    [InlineData("echo '{\"problems\":[],\"repositories\":{}}' >\"$RENOVATE_REPORT_PATH\"", 2, "Renovate had no repository to look at")]
    public async Task An_end_that_is_none_is_one_clear_line(string script, int exitCode, string message)
    {
        var result = await RunAsync(script);

        result.ExitCode.ShouldBe(exitCode, string.Join('\n', result.Log));
        var annotation = result.Annotations.ShouldHaveSingleItem();
        (annotation.Level, annotation.Message.Split('\n')[0]).ShouldBe((AnnotationLevel.Error, message));
        result.Outputs["verdict"].ShouldBe("failed");
    }

    [Fact(Timeout = Limit)]
    public async Task A_run_that_takes_too_long_is_stopped_and_names_the_repository()
    {
        var result = await RunAsync(
            """
            echo '{"level":30,"repository":"acme/shop","msg":"Repository started"}' >"$RENOVATE_LOG_FILE"
            exec sleep 60
            """,
            ("timeout", "1s"));

        result.ExitCode.ShouldBe(3, string.Join('\n', result.Log));
        result.Annotations.ShouldHaveSingleItem().Message.ShouldStartWith("Renovate did not end within 1 s and was stopped while it was at acme/shop\n");
    }

    [Fact(Timeout = Limit)]
    public async Task A_cancelled_run_still_tells_what_was_done()
    {
        Install(
            """
            echo '{"level":30,"repository":"acme/a","msg":"Repository started"}' >"$RENOVATE_LOG_FILE"
            echo '{"level":30,"repository":"acme/a","durationMs":5,"result":"done","msg":"Repository finished"}' >>"$RENOVATE_LOG_FILE"
            echo '{"level":30,"repository":"acme/b","msg":"Repository started"}' >>"$RENOVATE_LOG_FILE"
            echo ready
            exec sleep 60
            """);

        var result = await ActionRunner.Published("renovate-run").RunAsync(_sandbox, Request(("report-file", "report.json")) with { CancelAt = line => line == "ready" }, TestContext.Current.CancellationToken);

        (result.Outcome, result.ExitCode).ShouldBe((StepOutcome.Cancelled, 130), string.Join('\n', result.Log));
        result.Outputs["repositories"].ShouldBe("2");
        _sandbox.Read("report.json").ShouldContain("The run was cancelled while it was at acme/b");
    }

    [Fact(Timeout = Limit)]
    public async Task Renovate_gets_its_own_settings_and_nothing_of_the_runner()
    {
        Install("env >\"$TMPDIR/environment\"; tr '\\0' '\\n' </proc/$$/cmdline >\"$TMPDIR/arguments\"");
        await ActionRunner.Published("renovate-run").RunAsync(
            _sandbox,
            Request(("token", "canary-token-4711"), ("log-level", "warn"), ("pass-env", "ACME_*,EXACT")) with
            {
                Secrets = ["canary-token-4711"],
                Env = new Dictionary<string, string>(Variables)
                {
                    ["RENOVATE_GIT_AUTHOR"] = "Bot <bot@example.com>",
                    ["LOG_LEVEL"] = "trace",
                    ["RENOVATE_LOG_LEVEL"] = "trace",
                    ["ACME_ONE"] = "1",
                    ["EXACT"] = "2",
                    ["OTHER"] = "3",
                },
            },
            TestContext.Current.CancellationToken);

        var environment = File.ReadAllLines(Path.Combine(_sandbox.RunnerTemp, "environment")).Select(line => line.Split('=', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1]);
        environment["RENOVATE_TOKEN"].ShouldBe("canary-token-4711");
        environment["RENOVATE_LOG_LEVEL"].ShouldBe("warn");
        environment["RENOVATE_REPOSITORIES"].ShouldBe("""["acme/shop"]""");
        environment["RENOVATE_GIT_AUTHOR"].ShouldBe("Bot <bot@example.com>");
        environment["RENOVATE_LOG_FILE"].ShouldBe(environment["RENOVATE_LOG_FILE"].ToLowerInvariant());
        (environment["ACME_ONE"], environment["EXACT"]).ShouldBe(("1", "2"));
        environment.Keys.Where(k => k.StartsWith("ACTIONS_", StringComparison.Ordinal) || k.StartsWith("INPUT_", StringComparison.Ordinal) || k.StartsWith("GITHUB_", StringComparison.Ordinal)).ShouldBeEmpty();
        environment.ShouldNotContainKey("OTHER");
        environment.ShouldNotContainKey("LOG_LEVEL");
        File.ReadAllText(Path.Combine(_sandbox.RunnerTemp, "arguments")).ShouldNotContain("canary");
    }

    [Fact(Timeout = Limit)]
    public async Task What_Renovate_prints_is_no_command_and_shows_no_secret()
    {
        var result = await RunAsync(
            """
            echo '::set-output name=verdict::good'
            echo '##[error]injected'
            echo "the token is $RENOVATE_TOKEN, the password $RENOVATE_PASSWORD, the rule canary-in-a-rule"
            """,
            ("token", "canary-token-4711"),
            ("host-rules", """[{"matchHost":"a.example.com","token":"canary-in-a-rule"}]"""));

        result.Outputs["verdict"].ShouldBe("failed");
        result.Log.ShouldContain("the token is ***, the password ***, the rule ***");
        result.Annotations.ShouldHaveSingleItem().Message.ShouldNotContain("injected");
    }

    [Fact(Timeout = Limit)]
    public async Task Tokens_of_an_App_are_made_inside_and_renewed_between_repositories()
    {
        using var key = RSA.Create(2048);
        var tokens = 0;
        await using var github = new LoopbackServer(request => request.Path switch
        {
            "/api/v3/repos/acme/a/installation" => request.RespondAsync(200, """{"id":7}""", "Content-Type: application/json"),
            // It ends so soon that one repository is all that may be done with it.
            "/api/v3/app/installations/7/access_tokens" => request.RespondAsync(
                201, $$"""{"token":"ghs_canary{{Interlocked.Increment(ref tokens)}}","expires_at":"{{DateTimeOffset.UtcNow.AddMinutes(5):O}}"}""", "Content-Type: application/json"),
            _ => request.RespondAsync(404, """{"message":"Not Found"}""", "Content-Type: application/json"),
        });
        var script = """
            echo "$RENOVATE_REPOSITORIES $RENOVATE_TOKEN" >>"$TMPDIR/sessions"
            log() { printf '{"level":30,"repository":"%s",%s"msg":"%s"}\n' "$1" "$2" "$3" >>"$RENOVATE_LOG_FILE"; }
            repository="acme/a"
            case "$RENOVATE_REPOSITORIES" in *acme/a*) ;; *) repository="acme/b" ;; esac
            log "$repository" '' 'Repository started'
            log "$repository" '"durationMs":5,"result":"done",' 'Repository finished'
            exec sleep 60
            """;

        var result = await RunAsync(
            script,
            ("repositories", "acme/a,acme/b"),
            ("endpoint", $"http://127.0.0.1:{github.Port}/api/v3/"),
            ("app-id", "12345"),
            ("app-private-key", Convert.ToBase64String(Encoding.UTF8.GetBytes(key.ExportRSAPrivateKeyPem()))));

        result.Outcome.ShouldBe(StepOutcome.Success, string.Join('\n', result.Log));
        File.ReadAllLines(Path.Combine(_sandbox.RunnerTemp, "sessions")).ShouldBe(["""["acme/a","acme/b"] ghs_canary1""", """["acme/b"] ghs_canary2"""]);
        result.Outputs["repositories-by-state"].ShouldBe("""{"up-to-date":2}""");
        result.Masks.ShouldContain("ghs_canary1");
        result.Log.ShouldContain("The token of the GitHub App ends soon: going on with a new one; repositories to go: 1.");
        github.Requests[0].Headers["authorization"].ShouldStartWith("Bearer ey");
    }

    [Theory(Timeout = Limit)]
    [InlineData("repositories", "https://github.com/acme/shop.git", "expected owner/name")]
    [InlineData("endpoint", "github.example.com", "expected an https address without credentials")]
    [InlineData("host-rules", "{\"token\":\"canary-in-a-rule\"}", "Write a JSON array of rules")]
    [InlineData("platform", "local", "repositories or autodiscover is given")]
    [InlineData("app-id", "5", "app-private-key is missing")]
    [InlineData("preview-file", "x.diff", "platform is github")]
    [InlineData("renovate-version", "43", "expected 43")]
    [InlineData("config-file", "missing.json", "there is no file")]
    [InlineData("fail-on", "faild", "expected failed")]
    public async Task A_wrong_input_is_refused_before_Renovate_starts(string input, string value, string message)
    {
        // Beside the program, as npm installs it.
        Directory.CreateDirectory(Path.Combine(Programs, "node_modules", "renovate"));
        await File.WriteAllTextAsync(Path.Combine(Programs, "node_modules", "renovate", "package.json"), """{"name":"renovate","version":"44.1.2"}""", TestContext.Current.CancellationToken);

        var result = await RunAsync("touch \"$TMPDIR/started\"", (input, value));

        result.ExitCode.ShouldBe(2, string.Join('\n', result.Log));
        result.Annotations.ShouldContain(a => a.Message.Contains(message), string.Join('\n', result.Annotations.Select(a => a.Message)));
        result.RawStdout.Replace("::add-mask::{\"token\":\"canary-in-a-rule\"}", "").ShouldNotContain("canary-in-a-rule");
        File.Exists(Path.Combine(_sandbox.RunnerTemp, "started")).ShouldBeFalse();
    }

    private string Programs => Path.Combine(_sandbox.ToolCache, "bin");

    private Dictionary<string, string> Variables => new()
    {
        ["PATH"] = $"{Programs}:{Environment.GetEnvironmentVariable("PATH")}",
        ["TMPDIR"] = _sandbox.RunnerTemp,
        ["RENOVATE_PASSWORD"] = "canary-password-of-the-platform",
    };

    private void Install(string script)
    {
        Directory.CreateDirectory(Programs);
        var path = Path.Combine(Programs, "renovate");
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private StepRequest Request(params (string Name, string Value)[] inputs)
    {
        var with = new Dictionary<string, string> { ["repositories"] = "acme/shop" };
        foreach (var (name, value) in inputs)
        {
            with[name] = value;
        }

        return new() { With = with, Env = Variables, Secrets = ["canary-password-of-the-platform"] };
    }

    private async Task<StepResult> RunAsync(string script, params (string Name, string Value)[] inputs)
    {
        Install(script);
        return await ActionRunner.Published("renovate-run").RunAsync(_sandbox, Request(inputs), TestContext.Current.CancellationToken);
    }
}
