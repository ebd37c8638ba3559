using System.Text.Json.Nodes;
using Actions.Shared.Plans;

namespace Actions.TerraformPlan.Tests.Plans;

public sealed class PlanDigestSpecs
{
    /// <summary>Parts of a plan that say nothing about what it would do.</summary>
    private static readonly string[] Immaterial = ["timestamp", "terraform_version", "format_version", "prior_state", "planned_values", "relevant_attributes", "checks", "applyable", "resource_drift", "configuration"];

    [Fact]
    public void A_digest_is_a_keyed_hash() => Digest(Recording.Json("update")).ShouldMatch("^hmac-sha256:[0-9a-f]{64}$");

    [Fact]
    public void Another_key_gives_another_digest() =>
        PlanDigest.Of(Recording.Plan("update"), new byte[32]).ShouldNotBe(PlanDigest.Of(Recording.Plan("update"), Recording.Key));

    [Fact]
    public void A_key_that_can_be_guessed_is_refused() => Should.Throw<ArgumentException>(() => PlanDigest.Of(Recording.Plan("update"), "short"u8));

    // Fact 4: two plans of unchanged code differ in their time, at most.
    [Fact]
    public void Time_order_versions_checks_and_unchanged_objects_do_not_matter()
    {
        foreach (var name in Recording.Names)
        {
            var json = Recording.Json(name);
            var digest = Digest(json);

            foreach (var part in Immaterial.Where(p => p is not ("configuration" or "format_version" or "resource_drift")))
                json.Remove(part);
            if (json["resource_changes"] is JsonArray changes)
            {
                json["resource_changes"] = new JsonArray([.. changes.Reverse().Select(c => c!.DeepClone()), JsonNode.Parse("""{"address":"x.unchanged","change":{"actions":["no-op"],"before":{"a":1},"after":{"a":1}}}""")]);
            }

            Digest(Reversed(json).AsObject()).ShouldBe(digest, name);
        }
    }

    // Fact 5: the text of the plan is the same to the byte.
    [Fact]
    public void Another_value_of_a_secret_gives_another_digest()
    {
        var changed = Recording.Text("sensitive").Replace("canary-two-4712", "canary-two-4713", StringComparison.Ordinal);

        Digest(JsonNode.Parse(changed)!.AsObject()).ShouldNotBe(Digest(Recording.Json("sensitive")));
    }

    [Fact]
    public void Every_change_of_what_would_be_done_gives_another_digest()
    {
        var count = 0;
        foreach (var name in Recording.Names)
        {
            var original = Recording.Json(name);
            var digest = Digest(original);
            foreach (var (what, mutant) in Mutants(original))
            {
                Digest(mutant).ShouldNotBe(digest, $"{name}: {what}");
                count++;
            }
        }

        count.ShouldBeGreaterThan(300);
    }

    [Fact]
    public void The_drift_is_what_a_refresh_only_plan_would_apply()
    {
        var json = Recording.Json("update");
        json["resource_drift"] = json["resource_changes"]!.DeepClone();
        var drifted = Recording.Read(json);

        PlanDigest.Of(drifted, Recording.Key).ShouldBe(Digest(Recording.Json("update")));
        PlanDigest.Of(drifted, Recording.Key, isRefreshOnly: true).ShouldNotBe(PlanDigest.Of(Recording.Plan("update"), Recording.Key, isRefreshOnly: true));
    }

    [Fact]
    public void Other_inputs_give_another_digest()
    {
        var plan = Recording.Plan("update");
        string[] digests =
        [
            PlanDigest.Of(plan, Recording.Key),
            PlanDigest.Of(plan, Recording.Key, new Dictionary<string, string> { ["workspace"] = "a" }),
            PlanDigest.Of(plan, Recording.Key, new Dictionary<string, string> { ["workspace"] = "b" }),
        ];

        digests.ShouldBeUnique();
    }

    private static string Digest(JsonObject json) => PlanDigest.Of(Recording.Read(json), Recording.Key);

    // One change at a time, at every place that means something.
    private static IEnumerable<(string What, JsonObject Mutant)> Mutants(JsonObject original)
    {
        foreach (var path in Leaves(original, []))
        {
            var mutant = original.DeepClone().AsObject();
            JsonNode parent = mutant;
            foreach (var step in path[..^1])
                parent = step is int i ? parent[i]! : parent[(string)step]!;
            var last = path[^1];
            var value = last is int at ? parent[at] : parent[(string)last];
            var replacement = Other(value);
            if (last is int index)
                parent[index] = replacement;
            else
                parent[(string)last] = replacement;
            yield return (string.Join('.', path), mutant);
        }
    }

    private static JsonValue Other(JsonNode? value) => value switch
    {
        JsonValue v when v.TryGetValue<bool>(out var b) => JsonValue.Create(!b),
        JsonValue v when v.TryGetValue<string>(out var s) => JsonValue.Create(s + "x"),
        JsonValue v when v.TryGetValue<double>(out var d) => JsonValue.Create(d + 1),
        _ => JsonValue.Create("something"),
    };

    private static IEnumerable<object[]> Leaves(JsonNode? node, object[] path)
    {
        if (path is ["resource_changes", int, ..] && path.Length == 2 && node!["change"]!["actions"]![0]!.GetValue<string>() == "no-op" && node["previous_address"] is null && node["change"]!["importing"] is null)
            yield break;
        if (path is ["output_changes", string] && node!["actions"]![0]!.GetValue<string>() == "no-op")
            yield break;
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map)
                {
                    if (Matters(path, key))
                    {
                        foreach (var leaf in Leaves(value, [.. path, key]))
                            yield return leaf;
                    }
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    foreach (var leaf in Leaves(list[i], [.. path, i]))
                        yield return leaf;
                }

                break;
            default:
                yield return path;
                break;
        }
    }

    // The parts of an address are in the address; the name of its module is too.
    private static bool Matters(object[] path, string key) => path.Length switch
    {
        0 => !Immaterial.Contains(key) && key is not "errored",
        2 when path[0] is "deferred_changes" => key is "reason" or "resource_change",
        2 or 3 when path[0] is "resource_changes" && path.Length == 2 || path is ["deferred_changes", int, "resource_change"] => key is "address" or "previous_address" or "provider_name" or "action_reason" or "deposed" or "change",
        _ => true,
    };

    private static JsonNode Reversed(JsonNode node) => node switch
    {
        JsonObject map => new JsonObject(map.Reverse().Select(p => KeyValuePair.Create(p.Key, p.Value is null ? null : Reversed(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(i => i is null ? null : Reversed(i))]),
        _ => node.DeepClone(),
    };
}
