using System.Globalization;
using System.Text.Json;
using Actions.Shared.GitHub;

namespace Actions.Shared.Plans;

/// <summary>
/// Reads what <c>terraform show -json PLAN</c> or <c>tofu show -json PLAN</c> writes. Any minor version of format 1 is read (and format 0, of tools before
/// 1.0), what is not known is passed over; another major version is refused. Values stay slices of the text until somebody needs them, and the large
/// parts that say nothing about changes (<c>planned_values</c>, <c>prior_state</c>) are passed over.
/// </summary>
public static class PlanReader
{
    /// <summary>Default of the largest plan that is read: 512 MiB. Plans are about 3 KB for each resource.</summary>
    public const long DefaultMaxBytes = 512L << 20;

    /// <summary>The deepest nesting that is read.</summary>
    public const int MaxDepth = 256;

    internal static readonly JsonDocumentOptions Documents = new() { MaxDepth = MaxDepth };

    /// <summary>Reads a plan: UTF-8 with or without byte order mark, or UTF-16 as PowerShell redirects it.</summary>
    /// <param name="stream">The JSON; read to its end, not closed.</param>
    /// <param name="name">What to call it in errors, for example the path; untrusted.</param>
    /// <param name="maxBytes">The most bytes that are read.</param>
    /// <exception cref="ActionException">It is too large, too deep, no JSON, not a plan, or of another major version; the error never quotes values.</exception>
    public static Plan Read(Stream stream, string name = "plan.json", long maxBytes = DefaultMaxBytes) =>
        Read(PlanBytes.Read(stream, name, maxBytes), name);

    /// <summary>Reads a plan from UTF-8 without byte order mark. The plan keeps slices of it.</summary>
    /// <param name="utf8">The JSON; must not change as long as the plan is used.</param>
    /// <param name="name">What to call it in errors; untrusted.</param>
    /// <exception cref="ActionException">As for the other overload.</exception>
    public static Plan Read(ReadOnlyMemory<byte> utf8, string name = "plan.json")
    {
        if (utf8.Span.TrimStart(" \t\r\n"u8).IsEmpty)
            throw Refusal(name, "it is empty", "Look whether \"terraform show -json PLAN\" has failed.");
        try
        {
            var parts = Parts.Of(utf8);
            Require(parts, name);
            return Build(parts);
        }
        catch (JsonException error)
        {
            throw NotJson(utf8.Span, name, error);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw Refusal(name, "it is JSON, but a part of it has another type than a plan has", "Write it again with \"terraform show -json PLAN\".");
        }
    }

    private static Plan Build(Parts parts)
    {
        var configuration = Configuration(parts["configuration"]);
        return new Plan
        {
            FormatVersion = Text(parts["format_version"]),
            ToolVersion = Text(parts["terraform_version"]),
            Changes = [.. parts.Items("resource_changes").Select(Change)],
            Drift = [.. parts.Items("resource_drift").Select(Change)],
            Deferred = [.. parts.Items("deferred_changes").Select(Deferred)],
            Outputs = [.. parts.Properties("output_changes").Select(p => Output(p.Key, p.Value))],
            Checks = [.. parts.Items("checks").SelectMany(Checks)],
            Actions = [.. parts.Items("action_invocations").Select(a => Action(a, "")), .. parts.Items("deferred_action_invocations").Select(DeferredAction)],
            RelevantAttributes = [.. parts.Items("relevant_attributes").Select(Relevant)],
            Variables = [.. parts.Properties("variables").Select(p => new PlanVariable(p.Key, new PlanJson(Parts.Of(p.Value)["value"]), configuration.SensitiveVariables.Contains(p.Key)))],
            Providers = configuration.Providers,
            ModuleDirectories = configuration.ModuleDirectories,
            IsComplete = Flag(parts["complete"]),
            IsApplyable = Flag(parts["applyable"]),
            IsErrored = Flag(parts["errored"]) ?? false,
            Timestamp = Text(parts["timestamp"]),
        };
    }

    private static ResourceChange Change(ReadOnlyMemory<byte> utf8)
    {
        var parts = Parts.Of(utf8);
        var change = Parts.Of(parts["change"]);
        var actions = Strings(change["actions"]);
        var previous = Text(parts["previous_address"]);
        var deposed = Text(parts["deposed"]);
        return new ResourceChange
        {
            Address = Text(parts["address"]),
            PreviousAddress = previous.Length == 0 ? null : previous,
            ModuleAddress = Text(parts["module_address"]),
            IsData = Text(parts["mode"]) == "data",
            Type = Shared(Text(parts["type"])),
            Name = Text(parts["name"]),
            Index = parts.Json("index").IsNull ? "" : JsonElement.Parse(parts["index"].Span).GetRawText(),
            Provider = Shared(Text(parts["provider_name"])),
            Deposed = deposed.Length == 0 ? null : deposed,
            ActionReason = Shared(Text(parts["action_reason"])),
            Actions = actions,
            Kind = ChangeKinds.Of(actions),
            ReplacePaths = [.. Items(change["replace_paths"]).Select(p => AttributePath.Of(JsonElement.Parse(p.Span, Documents)))],
            Importing = Import(change["importing"]),
            GeneratedConfig = change.Json("generated_config"),
            Before = change.Json("before"),
            After = change.Json("after"),
            AfterUnknown = change.Json("after_unknown"),
            BeforeSensitive = change.Json("before_sensitive"),
            AfterSensitive = change.Json("after_sensitive"),
            BeforeIdentity = change.Json("before_identity"),
            AfterIdentity = change.Json("after_identity"),
        };
    }

    private static ImportedObject? Import(ReadOnlyMemory<byte> utf8)
    {
        if (new PlanJson(utf8).IsNull)
            return null;
        var parts = Parts.Of(utf8);
        return new ImportedObject(Text(parts["id"]), parts.Json("identity"));
    }

    private static ResourceChange Deferred(ReadOnlyMemory<byte> utf8)
    {
        var parts = Parts.Of(utf8);
        return Change(parts["resource_change"]) with { DeferredReason = Text(parts["reason"]) };
    }

    private static OutputChange Output(string name, ReadOnlyMemory<byte> utf8)
    {
        var change = Parts.Of(utf8);
        return new OutputChange
        {
            Name = name,
            Kind = ChangeKinds.Of(Strings(change["actions"])),
            Before = change.Json("before"),
            After = change.Json("after"),
            AfterUnknown = change.Json("after_unknown"),
            BeforeSensitive = change.Json("before_sensitive"),
            AfterSensitive = change.Json("after_sensitive"),
        };
    }

    // One check of the configuration may have many objects; each has its own status, and without any the status is that of the whole.
    private static IEnumerable<PlanCheck> Checks(ReadOnlyMemory<byte> utf8)
    {
        var check = JsonElement.Parse(utf8.Span, Documents);
        var address = check.GetProperty("address");
        var kind = Text(address, "kind");
        var instances = check.TryGetProperty("instances", out var all) && all.ValueKind == JsonValueKind.Array ? all.EnumerateArray().ToArray() : [];
        if (instances.Length == 0)
        {
            yield return new PlanCheck(Text(address, "to_display"), kind, Status(check), []);
            yield break;
        }

        foreach (var instance in instances)
        {
            yield return new PlanCheck(Text(instance.GetProperty("address"), "to_display"), kind, Status(instance), Problems(instance));
        }
    }

    private static CheckStatus Status(JsonElement check) => Text(check, "status") switch
    {
        "pass" => CheckStatus.Pass,
        "fail" => CheckStatus.Fail,
        "error" => CheckStatus.Error,
        _ => CheckStatus.Unknown,
    };

    private static string[] Problems(JsonElement instance) =>
        instance.TryGetProperty("problems", out var problems) && problems.ValueKind == JsonValueKind.Array
            ? [.. problems.EnumerateArray().Select(p => Text(p, "message"))]
            : [];

    private static ActionInvocation DeferredAction(ReadOnlyMemory<byte> utf8)
    {
        var parts = Parts.Of(utf8);
        return Action(parts["action_invocation"], Text(parts["reason"]));
    }

    private static ActionInvocation Action(ReadOnlyMemory<byte> utf8, string deferred)
    {
        var action = JsonElement.Parse(utf8.Span, Documents);
        var trigger = action.TryGetProperty("lifecycle_action_trigger", out var lifecycle) && lifecycle.ValueKind == JsonValueKind.Object
            ? $"{Text(lifecycle, "action_trigger_event")} of {Text(lifecycle, "triggering_resource_address")}"
            : "";
        return new ActionInvocation(Text(action, "address"), Text(action, "type"), trigger, deferred, new PlanJson(utf8));
    }

    private static RelevantAttribute Relevant(ReadOnlyMemory<byte> utf8)
    {
        var entry = JsonElement.Parse(utf8.Span, Documents);
        var path = entry.TryGetProperty("attribute", out var steps) && steps.ValueKind == JsonValueKind.Array ? AttributePath.Of(steps) : AttributePath.Root;
        return new RelevantAttribute(Text(entry, "resource"), path);
    }

    private static (IReadOnlySet<string> SensitiveVariables, IReadOnlyList<PlanProvider> Providers, IReadOnlyDictionary<string, string> ModuleDirectories) Configuration(ReadOnlyMemory<byte> utf8)
    {
        var configuration = Parts.Of(utf8);
        var root = Parts.Of(configuration["root_module"]);
        var sensitive = root.Properties("variables").Where(v => Flag(Parts.Of(v.Value)["sensitive"]) == true).Select(v => v.Key);
        var providers = configuration.Properties("provider_config").Select(p =>
        {
            var provider = Parts.Of(p.Value);
            return new PlanProvider(p.Key, Text(provider["full_name"]), Text(provider["version_constraint"]));
        });
        var directories = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Modules(root, "", "", directories);
        return (sensitive.ToHashSet(StringComparer.Ordinal), [.. providers], directories);
    }

    private static void Modules(Parts module, string address, string directory, SortedDictionary<string, string> directories)
    {
        foreach (var (name, utf8) in module.Properties("module_calls"))
        {
            var call = Parts.Of(utf8);
            var source = Text(call["source"]);
            if (!source.StartsWith("./", StringComparison.Ordinal) && !source.StartsWith("../", StringComparison.Ordinal))
                continue;
            var here = address.Length == 0 ? $"module.{name}" : $"{address}.module.{name}";
            directories[here] = directory.Length == 0 ? source : $"{directory}/{source}";
            Modules(Parts.Of(call["module"]), here, directories[here], directories);
        }
    }

    private static void Require(Parts parts, string name)
    {
        var version = Text(parts["format_version"]);
        if (version.Length == 0)
        {
            throw parts["@level"].Length > 0 || parts["@message"].Length > 0
                ? Refusal(name, "these are the messages of \"plan -json\"", "Save the plan with \"plan -out PLAN\", and give what \"terraform show -json PLAN\" writes.")
                : Refusal(name, "it has no \"format_version\"", "Give what \"terraform show -json PLAN\" writes.");
        }

        if (!int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) || major > 1)
        {
            throw Refusal(
                name, $"its format version is {PlainText.Shorten(PlainText.Clean(version), 20)}, and only versions 0 and 1 are known",
                "Use a newer version of this action, or an older one of the tool.");
        }

        if (parts["resource_changes"].IsEmpty && parts["planned_values"].IsEmpty && parts["output_changes"].IsEmpty && !parts["values"].IsEmpty)
            throw Refusal(name, "it is a state, not a plan", "Give what \"terraform show -json PLAN\" writes: with the path of a saved plan.");
    }

    private static ActionException NotJson(ReadOnlySpan<byte> utf8, string name, JsonException error)
    {
        if (utf8.StartsWith("PK"u8))
            return Refusal(name, "it is the saved plan itself", "Give what \"terraform show -json PLAN\" writes about it.");
        if (utf8.StartsWith("{\"@level\""u8))
            return Refusal(name, "these are the messages of \"plan -json\"", "Save the plan with \"plan -out PLAN\", and give what \"terraform show -json PLAN\" writes.");
        var place = string.Create(CultureInfo.InvariantCulture, $"line {(error.LineNumber ?? 0) + 1}, byte {(error.BytePositionInLine ?? 0) + 1}");
        return Refusal(name, $"it is not JSON, or nested deeper than {MaxDepth} levels, at {place}", "Give what \"terraform show -json PLAN\" writes, without anything before or after it.");
    }

    internal static ActionException Refusal(string name, string detail, string hint) =>
        new($"{PlainText.Shorten(PlainText.Clean(name), 200)} is not a plan that can be read", detail, hint);

    private static string Text(ReadOnlyMemory<byte> utf8) =>
        new PlanJson(utf8).IsNull ? "" : JsonElement.Parse(utf8.Span).GetString() ?? "";

    private static string Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    // Types, providers and reasons repeat thousands of times.
    private static string Shared(string text) => string.Intern(text);

    private static bool? Flag(ReadOnlyMemory<byte> utf8) => new PlanJson(utf8).IsNull ? null : JsonElement.Parse(utf8.Span).GetBoolean();

    private static IReadOnlyList<string> Strings(ReadOnlyMemory<byte> utf8) =>
        new PlanJson(utf8).IsNull ? [] : [.. JsonElement.Parse(utf8.Span).EnumerateArray().Select(e => Shared(e.GetString() ?? ""))];

    private static List<ReadOnlyMemory<byte>> Items(ReadOnlyMemory<byte> utf8)
    {
        var items = new List<ReadOnlyMemory<byte>>();
        if (new PlanJson(utf8).IsNull)
            return items;
        var reader = Reader(utf8);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new FormatException();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            items.Add(Value(utf8, ref reader));
        return items;
    }

    private static Utf8JsonReader Reader(ReadOnlyMemory<byte> utf8) => new(utf8.Span, new JsonReaderOptions { MaxDepth = MaxDepth });

    private static ReadOnlyMemory<byte> Value(ReadOnlyMemory<byte> utf8, ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return utf8[start..(int)reader.BytesConsumed];
    }

    /// <summary>The properties of an object as slices; the last one of a name counts.</summary>
    private readonly struct Parts
    {
        private readonly List<(string Name, ReadOnlyMemory<byte> Value)> _all;

        private Parts(List<(string, ReadOnlyMemory<byte>)> all) => _all = all;

        public ReadOnlyMemory<byte> this[string name]
        {
            get
            {
                for (var i = _all.Count - 1; i >= 0; i--)
                {
                    if (_all[i].Name == name)
                        return _all[i].Value;
                }

                return default;
            }
        }

        public static Parts Of(ReadOnlyMemory<byte> utf8)
        {
            var all = new List<(string, ReadOnlyMemory<byte>)>();
            if (new PlanJson(utf8).IsNull)
                return new Parts(all);
            var reader = Reader(utf8);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new FormatException();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var name = reader.GetString()!;
                reader.Read();
                all.Add((name, Value(utf8, ref reader)));
            }

            // Whatever follows makes it something else than JSON.
            while (reader.Read())
            {
            }

            return new Parts(all);
        }

        public PlanJson Json(string name) => new(this[name]);

        public List<ReadOnlyMemory<byte>> Items(string name) => PlanReader.Items(this[name]);

        public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> Properties(string name) =>
            Of(this[name])._all.GroupBy(p => p.Name, StringComparer.Ordinal)
                .Select(g => KeyValuePair.Create(g.Key, g.Last().Value))
                .OrderBy(p => p.Key, StringComparer.Ordinal);
    }
}
