using System.Text;
using System.Text.Json.Nodes;
using Actions.Shared.Plans;
using FsCheck;
using FsCheck.Fluent;

namespace Actions.TerraformPlan.Tests.Plans;

public sealed class RedactionSpecs
{
    [Theory]
    [InlineData("password", true)]
    [InlineData("db_password", true)]
    [InlineData("DB_PASSWORD", true)]
    [InlineData("masterUserPassword", true)]
    [InlineData("api_key", true)]
    [InlineData("apiToken", true)]
    [InlineData("client_secret", true)]
    [InlineData("secret_access_key", true)]
    [InlineData("connection_string", true)]
    [InlineData("private_key_pem", true)]
    [InlineData("access_key_id", false)]
    [InlineData("kms_key_arn", false)]
    [InlineData("secret_name", false)]
    [InlineData("secret_arn", false)]
    [InlineData("token_ttl", false)]
    [InlineData("password_policy", false)]
    [InlineData("password_length", false)]
    [InlineData("bucket_key_enabled", false)]
    [InlineData("key", false)]
    [InlineData("name", false)]
    [InlineData("compass", false)]
    public void Secrets_are_known_by_the_name_of_their_attribute(string name, bool expected) => SecretHeuristics.IsSecretName(name).ShouldBe(expected);

    [Theory]
    [InlineData("ghp_0123456789abcdefghijABCDEFGHIJ012345")]
    [InlineData("AKIAIOSFODNN7EXAMPLE")]
    [InlineData("xoxb-123456789012-abcdefghij")]
    [InlineData("glpat-abcdefghij0123456789")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abcdefg")]
    [InlineData("q8Zt3LmX0vB7nR2kY5wC9jHd")]
    [InlineData("k7Jq/2LmX0vB7nR2kY5wC9jHd+Zt8PsW4fG6hT1x")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----")]
    public void A_value_is_known_by_its_form(string value) => Shown("setting", value).ShouldContain(PlanRedactor.Suspected);

    [Theory]
    [InlineData("postgres://app:hunter2hunter2@db:5432/app", "hunter2hunter2", "postgres://app:(hidden, looks like a secret)@db:5432/app")]
    [InlineData("Server=db;User Id=app;Password=hunter2hunter2;", "hunter2hunter2", "Server=db;User Id=app;Password=(hidden, looks like a secret);")]
    [InlineData("curl -H 'Authorization: Bearer abcdef0123456789'", "abcdef0123456789", "curl -H 'Authorization: Bearer (hidden, looks like a secret)'")]
    [InlineData("https://hooks.slack.com/services/T000/B000/XXXX", "XXXX", "https://hooks.slack.com/(hidden, looks like a secret)")]
    public void Only_the_secret_part_of_a_text_is_hidden(string value, string secret, string expected)
    {
        var shown = Shown("setting", value);

        shown.ShouldNotContain(secret);
        shown.ShouldContain(expected);
    }

    [Theory]
    [InlineData("arn:aws:iam::123456789012:role/DeployRole2AndOthers9")]
    [InlineData("0b5f2c9e-7a31-4d7e-9c55-1f0a2b3c4d5e")]
    [InlineData("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    [InlineData("65b5bed1f58395b9ceeab50fb2739e812e626bb9")]
    [InlineData("vpc-0a1b2c3d4e5f67890")]
    [InlineData("registry.example/team/app:1.2.3")]
    [InlineData("arn:aws:secretsmanager:eu-central-1:123456789012:secret:db-AbCdEf")]
    [InlineData("MyCompanyProductionNetworkSubnet1")]
    [InlineData("echo hello; exit 0")]
    [InlineData("basic authentication for everyone")]
    public void What_reviewers_need_is_shown(string value) => Shown("setting", value).ShouldNotContain("hidden");

    [Fact]
    public void A_pair_of_name_and_value_is_known_by_its_name()
    {
        var text = Page("""[{"name":"LOG","value":"info"},{"name":"DB_PASSWORD","value":"hunter2hunter2"}]""", """[{"name":"LOG","value":"debug"},{"name":"DB_PASSWORD","value":"hunter3hunter3"}]""");

        text.ShouldContain("debug");
        text.ShouldNotContain("hunter");
    }

    [Fact]
    public void A_reference_to_a_secret_may_be_shown() =>
        Shown("db_password", "{{resolve:secretsmanager:db}}").ShouldContain("resolve:secretsmanager");

    [Fact]
    public void Values_of_the_caller_are_hidden_even_in_addresses()
    {
        var plan = new Plan { FormatVersion = "1.2", Changes = [new ResourceChange { Address = "t.canary-4711", Type = "t", Kind = ChangeKind.Create, After = Json("canary-4711", "a") }] };

        PlanMarkdown.Render(new PlanReport { Plan = plan, Redactor = PlanRedactor.For(plan, ["canary-4711"]), Context = new PlanContext { Name = "canary-4711" } }).Text.ShouldNotContain("canary");
    }

    [Fact]
    public void A_value_that_is_not_marked_any_more_stays_hidden()
    {
        foreach (var recording in (string[])["sensitive", "sensitive-removed", "sensitive-added"])
            Everything(Recording.Plan(recording)).ShouldNotContain("canary");
    }

    [Fact]
    public void No_sensitive_value_ever_appears_in_any_output() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var (json, secrets) = new RandomPlan(seed).Make();
            var text = Everything(Recording.Read(json));
            return secrets.All(s => !text.Contains(s, StringComparison.Ordinal));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Random_plans_give_sound_pages_of_any_size() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), Gen.Choose(1_000, 12_000).ToArbitrary(), (seed, budget) =>
        {
            PlanMarkdownSpecs.ShouldBeSound(PlanMarkdown.Render(Recording.Report(Recording.Read(new RandomPlan(seed).Make().Json)), budget).Text, budget);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static string Everything(Plan plan)
    {
        var report = Recording.Report(plan) with { Gates = PlanGates.Check(plan, new GateOptions { MaxDestroy = 0, ProtectedAddresses = ["*"] }) };
        var print = PlanFingerprint.Of(plan, report.Redactor, Recording.Key);
        var empty = PlanFingerprint.Of(new Plan { FormatVersion = "1.2" }, report.Redactor, Recording.Key);
        report = report with { Findings = PlanRules.Check(plan, report.Redactor), SinceLast = empty.CompareTo(print) };
        return string.Join('\n', [
            PlanMarkdown.Render(report).Text, PlanMarkdown.Render(report, 3_000).Text, print.Hidden(100_000), PlanSentence.Of(plan, report.Context),
            .. report.Findings.Select(f => f.ToString()), .. report.SinceLast.Select(d => d.ToString()), .. report.Risk.Reasons, .. plan.Changes.SelectMany(c => AttributeDiff.Of(c, report.Redactor)).Select(a => a.ToString() + string.Join('\n', a.Lines)),
        ]);
    }

    private static string Shown(string name, string value)
    {
        var plan = new Plan { FormatVersion = "1.2", Changes = [new ResourceChange { Address = "t.n", Type = "t", Kind = ChangeKind.Create, After = Json(value, name) }] };
        return string.Join('\n', AttributeDiff.Of(plan.Changes[0], PlanRedactor.For(plan)).SelectMany(a => a.Lines));
    }

    private static string Page(string before, string after)
    {
        var plan = new Plan { FormatVersion = "1.2", Changes = [new ResourceChange { Address = "t.n", Type = "t", Kind = ChangeKind.Update, Before = Json(before, "environment"), After = Json(after, "environment") }] };
        return PlanMarkdown.Render(Recording.Report(plan)).Text;
    }

    private static PlanJson Json(string value, string name) => new(Encoding.UTF8.GetBytes(new JsonObject { [name] = value }.ToJsonString()));

    /// <summary>Plans with secrets anywhere in their values, marked there, and the same secrets unmarked elsewhere: alone, in sentences, in JSON and in base64.</summary>
    private sealed class RandomPlan(int seed)
    {
        private const string Letters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        private static readonly string[] Kinds = ["create", "update", "delete", "delete,create", "create,delete", "forget", "no-op", "read", "create,forget"];
        private static readonly string[] Harmless = ["plain", "", "two\nlines\n", "``` fence", "</details>", "@team #1", "日本語 😀", "{\"a\":[1,2]}", "a: 1\nb: [x]\n", "\u202ertl", "null"];

        private readonly Random _random = new(seed);
        private readonly List<string> _cores = [];
        private readonly List<string> _secrets = [];

        public (string Json, IReadOnlyList<string> Secrets) Make()
        {
            var changes = new JsonArray();
            for (var i = _random.Next(1, 6); i > 0; i--)
                changes.Add((JsonNode)Change($"t.r{i}"));
            var outputs = new JsonObject();
            for (var i = _random.Next(0, 3); i > 0; i--)
            {
                var change = (JsonObject)Change("o")["change"]!.DeepClone();
                outputs[$"o{i}"] = change;
            }

            var plan = new JsonObject
            {
                ["format_version"] = "1.2",
                ["terraform_version"] = "1.2.3",
                ["variables"] = new JsonObject { ["v"] = new JsonObject { ["value"] = Secret() } },
                ["configuration"] = new JsonObject { ["root_module"] = new JsonObject { ["variables"] = new JsonObject { ["v"] = new JsonObject { ["sensitive"] = true } } } },
                ["resource_changes"] = changes,
                ["resource_drift"] = new JsonArray(Change("t.d")),
                ["output_changes"] = outputs,
                ["checks"] = new JsonArray(new JsonObject
                {
                    ["address"] = new JsonObject { ["kind"] = "check", ["to_display"] = "check.c" },
                    ["status"] = "fail",
                    ["instances"] = new JsonArray(new JsonObject
                    {
                        ["address"] = new JsonObject { ["to_display"] = "check.c" },
                        ["status"] = "fail",
                        ["problems"] = new JsonArray(new JsonObject { ["message"] = $"The value is {Again()}, which is wrong." }),
                    }),
                }),
            };
            return (plan.ToJsonString(), _cores);
        }

        private JsonObject Change(string address)
        {
            var (before, beforeMarks) = Value(0);
            var (after, afterMarks) = _random.Next(3) == 0 ? (before?.DeepClone(), beforeMarks?.DeepClone()) : Value(0);
            return new JsonObject
            {
                ["address"] = address,
                ["type"] = _random.Next(2) == 0 ? "t" : "aws_db_instance",
                ["change"] = new JsonObject
                {
                    ["actions"] = new JsonArray([.. Kinds[_random.Next(Kinds.Length)].Split(',').Select(a => (JsonNode)a)]),
                    ["before"] = new JsonObject { ["a"] = before, ["b"] = Plain() },
                    ["after"] = new JsonObject { ["a"] = after, ["b"] = Plain() },
                    ["after_unknown"] = _random.Next(3) == 0 ? new JsonObject { ["id"] = true } : new JsonObject(),
                    ["before_sensitive"] = new JsonObject { ["a"] = beforeMarks },
                    ["after_sensitive"] = new JsonObject { ["a"] = afterMarks },
                },
            };
        }

        private (JsonNode? Value, JsonNode? Marks) Value(int depth)
        {
            switch (_random.Next(depth > 3 ? 2 : 5))
            {
                case 0:
                    return (Secret(), true);
                case 1:
                    return (Plain(), false);
                case 2:
                    var (map, mapMarks) = (new JsonObject(), new JsonObject());
                    for (var i = _random.Next(0, 4); i > 0; i--)
                    {
                        var (value, marks) = Value(depth + 1);
                        map[$"k{i}"] = value;
                        if (marks is not null)
                            mapMarks[$"k{i}"] = marks;
                    }

                    // The whole object may be marked: then everything in it is secret.
                    return (map, _random.Next(4) == 0 ? Marked(map) : mapMarks);
                default:
                    var (list, listMarks) = (new JsonArray(), new JsonArray());
                    for (var i = _random.Next(0, 4); i > 0; i--)
                    {
                        var (value, marks) = Value(depth + 1);
                        list.Add(value);
                        listMarks.Add(marks);
                    }

                    return (list, listMarks);
            }
        }

        private static JsonNode Marked(JsonObject map)
        {
            map.Remove("plain");
            return true;
        }

        private string Plain() => _secrets.Count > 0 && _random.Next(3) == 0 ? Again() : Harmless[_random.Next(Harmless.Length)];

        private string Again()
        {
            if (_secrets.Count == 0)
                return "nothing";
            var secret = _secrets[_random.Next(_secrets.Count)];
            return _random.Next(6) switch
            {
                0 => $"before {secret} after",
                1 => new JsonObject { ["x"] = secret, ["y"] = new JsonArray(secret) }.ToJsonString(),
                2 => Convert.ToBase64String(Encoding.UTF8.GetBytes(secret.Trim())),
                3 => $"a: 1\nlist:\n  - '{secret.Replace("'", "''", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal)}'\n",
                4 => $"line\n{secret}\nline\n",
                _ => secret,
            };
        }

        // Every line of a secret has a part of its own by which it would be recognised.
        private string Secret()
        {
            var lines = Enumerable.Range(0, _random.Next(5) == 0 ? 3 : 1).Select(_ => $"{Edge()}{Core()}{Edge()}");
            var secret = string.Join('\n', lines);
            _secrets.Add(secret);
            return secret;
        }

        private string Core()
        {
            var core = new string([.. Enumerable.Range(0, 10).Select(_ => Letters[_random.Next(Letters.Length)])]);
            _cores.Add(core);
            return core;
        }

        private string Edge() => _random.Next(8) switch { 0 => "\"", 1 => "`", 2 => "<b>", 3 => "\\", 4 => "é", 5 => "&", 6 => "😀", _ => "" };
    }
}
