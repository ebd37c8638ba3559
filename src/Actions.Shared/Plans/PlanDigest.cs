using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Actions.Shared.Plans;

/// <summary>Computes the identity of what a plan would do, so that an apply can be held to what was approved.</summary>
public static class PlanDigest
{
    /// <summary>The least bytes that a key may have.</summary>
    public const int ShortestKey = 16;

    /// <summary>
    /// <c>hmac-sha256:</c> and 64 hexadecimal digits over every change of an object with its values before and after (secret ones too), what is unknown,
    /// what is marked as sensitive, moves, imports, what is forgotten or deferred, actions, outputs, variables and providers; and over the drift of a
    /// refresh-only plan, which is what that would apply. The order of entries and keys, the time, checks and warnings, the tool's version and objects
    /// that stay as they are do not matter.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="key">
    /// A secret of at least <see cref="ShortestKey"/> bytes that stays the same between plan and apply. With a plain hash whoever reads the digest could try
    /// values for a password until it fits.
    /// </param>
    /// <param name="inputs">What else was approved, by name, for example the hash of the lock file, the workspace, the targets; may be empty.</param>
    /// <param name="isRefreshOnly">Whether the plan was made with <c>-refresh-only</c>.</param>
    public static string Of(Plan plan, ReadOnlySpan<byte> key, IReadOnlyDictionary<string, string>? inputs = null, bool isRefreshOnly = false)
    {
        if (key.Length < ShortestKey)
            throw new ArgumentException($"The key has {key.Length} bytes, and at least {ShortestKey} are needed.", nameof(key));

        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("digest", "1");
        Changes("changes", plan.Changes);
        Changes("deferred", plan.Deferred);
        Changes("drift", isRefreshOnly ? plan.Drift : []);
        Array("actions", plan.Actions.OrderBy(a => a.Address, StringComparer.Ordinal).ThenBy(a => a.Trigger, StringComparer.Ordinal), a =>
        {
            json.WriteString("deferred", a.DeferredReason);
            Value(json, "content", a.Content);
        });
        Array("outputs", plan.Outputs.Where(o => o.Kind != ChangeKind.NoOp || !o.AfterUnknown.IsNull && o.AfterUnknown.Value!.Value.ValueKind == JsonValueKind.True), o =>
        {
            json.WriteString("name", o.Name);
            json.WriteString("kind", o.Kind.ToString());
            Value(json, "before", o.Before);
            Value(json, "after", o.After);
            Marks(json, "unknown", o.AfterUnknown);
            Marks(json, "beforeSensitive", o.BeforeSensitive);
            Marks(json, "afterSensitive", o.AfterSensitive);
        });
        Array("variables", plan.Variables, v =>
        {
            json.WriteString("name", v.Name);
            json.WriteBoolean("sensitive", v.IsSensitive);
            Value(json, "value", v.Value);
        });
        Array("providers", plan.Providers, p =>
        {
            json.WriteString("key", p.Key);
            json.WriteString("name", p.FullName);
            json.WriteString("version", p.VersionConstraint);
        });
        Array("inputs", (inputs ?? new Dictionary<string, string>()).OrderBy(i => i.Key, StringComparer.Ordinal), i => json.WriteString(i.Key, i.Value));
        json.WriteBoolean("errored", plan.IsErrored);
        json.WriteBoolean("complete", plan.IsComplete ?? true);
        json.WriteEndObject();
        Flush();
        return "hmac-sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());

        void Changes(string name, IEnumerable<ResourceChange> changes) =>
            Array(name, changes.Where(c => c.IsChange || c.DeferredReason.Length > 0).OrderBy(c => c.Address, StringComparer.Ordinal).ThenBy(c => c.Deposed, StringComparer.Ordinal), c => Write(json, c));

        void Array<T>(string name, IEnumerable<T> items, Action<T> write)
        {
            json.WriteStartArray(name);
            foreach (var item in items)
            {
                json.WriteStartObject();
                write(item);
                json.WriteEndObject();
                if (json.BytesPending > 1 << 20)
                    Flush();
            }

            json.WriteEndArray();
        }

        void Flush()
        {
            json.Flush();
            hash.AppendData(buffer.WrittenSpan);
            buffer.ResetWrittenCount();
        }
    }

    /// <summary>Writes the properties of a change in one form.</summary>
    internal static void Write(Utf8JsonWriter json, ResourceChange change)
    {
        json.WriteString("address", change.Address);
        json.WriteString("previous", change.PreviousAddress ?? change.Address);
        json.WriteString("deposed", change.Deposed ?? "");
        json.WriteString("provider", change.Provider);
        json.WriteString("kind", change.Kind == ChangeKind.Unknown ? string.Join(',', change.Actions) : change.Kind.ToString());
        json.WriteString("reason", change.ActionReason);
        json.WriteString("deferred", change.DeferredReason);
        json.WriteStartArray("replace");
        foreach (var path in change.ReplacePaths.Select(p => p.ToString()).Order(StringComparer.Ordinal))
            json.WriteStringValue(path);
        json.WriteEndArray();
        json.WriteBoolean("imports", change.Importing is not null);
        json.WriteString("import", change.Importing?.Id ?? "");
        Value(json, "importIdentity", change.Importing?.Identity ?? default);
        Value(json, "generated", change.GeneratedConfig);
        Value(json, "before", change.Before);
        Value(json, "after", change.After);
        Value(json, "beforeIdentity", change.BeforeIdentity);
        Value(json, "afterIdentity", change.AfterIdentity);
        Marks(json, "unknown", change.AfterUnknown);
        Marks(json, "beforeSensitive", change.BeforeSensitive);
        Marks(json, "afterSensitive", change.AfterSensitive);
    }

    private static void Value(Utf8JsonWriter json, string name, PlanJson value)
    {
        json.WritePropertyName(name);
        CanonicalPlanJson.Write(json, value);
    }

    private static void Marks(Utf8JsonWriter json, string name, PlanJson value)
    {
        json.WritePropertyName(name);
        MarkTree.Of(value).Write(json);
    }
}
