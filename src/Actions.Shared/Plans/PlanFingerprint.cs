using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Actions.Shared.Plans;

/// <summary>
/// What a plan would do to each object, small enough to be hidden in a comment and without any value: keyed hashes say whether a value is the same as in another
/// plan, and nobody can try values without the key. Two of them, made under the same key, tell what has changed from one plan of a pull request to the next.
/// </summary>
public sealed partial class PlanFingerprint
{
    private const int HashBytes = 6;
    private const int MostUnpacked = 8 << 20;

    private readonly SortedDictionary<string, Entry> _entries;

    private PlanFingerprint(SortedDictionary<string, Entry> entries, bool isCut)
    {
        _entries = entries;
        IsCut = isCut;
    }

    /// <summary>Whether something was left out for its size, so that a comparison may be silent about it.</summary>
    public bool IsCut { get; }

    /// <summary>Makes the fingerprint of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="redactor">Made for it.</param>
    /// <param name="key">As for <see cref="PlanDigest"/>.</param>
    public static PlanFingerprint Of(Plan plan, PlanRedactor redactor, ReadOnlySpan<byte> key)
    {
        if (key.Length < PlanDigest.ShortestKey)
            throw new ArgumentException($"The key has {key.Length} bytes, and at least {PlanDigest.ShortestKey} are needed.", nameof(key));
        var secret = key.ToArray();
        var entries = new SortedDictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var change in plan.Changes.Where(c => c.IsChange))
        {
            var name = redactor.Name(change.Address) + (change.Deposed is { } deposed ? $" (deposed {deposed})" : "");
            var attributes = change.Kind is ChangeKind.Delete or ChangeKind.Forget or ChangeKind.Read ? [] : AttributeDiff.Of(change, redactor);
            entries[name] = new Entry(Verb(change), Hash(secret, change), Attributes(secret, attributes));
        }

        foreach (var output in plan.Outputs.Where(o => o.Kind != ChangeKind.NoOp))
        {
            var attributes = AttributeDiff.Of(output, redactor);
            var hashes = Attributes(secret, attributes);
            entries[$"output {redactor.Name(output.Name)}"] = new Entry(Verb(output.Kind), Hash(secret, Encoding.UTF8.GetBytes(string.Join('\n', hashes.Select(h => $"{h.Key}={h.Value}")))), hashes);
        }

        return new PlanFingerprint(entries, false);
    }

    /// <summary>
    /// The fingerprint as an HTML comment of at most <paramref name="budget"/> characters, all of them ASCII. If it does not fit, the attributes are left out; if that is not enough, objects.
    /// </summary>
    /// <param name="budget">At least 200.</param>
    public string Hidden(int budget = 4_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, 200);
        var whole = Pack(_entries.Count, withAttributes: true);
        if (whole.Length <= budget)
            return whole;
        for (var count = _entries.Count; count > 0; count = count * 3 / 4)
        {
            if (Pack(count, withAttributes: false) is var text && text.Length <= budget)
                return text;
        }

        return Pack(0, withAttributes: false);
    }

    /// <summary>Finds the fingerprint in the text of a comment; null when there is none that can be read.</summary>
    /// <param name="comment">The text; untrusted.</param>
    public static PlanFingerprint? Find(string comment)
    {
        if (HiddenForm().Match(comment) is not { Success: true } match)
            return null;
        try
        {
            using var packed = new DeflateStream(new MemoryStream(Convert.FromBase64String(match.Groups[1].Value)), CompressionMode.Decompress);
            var buffer = new byte[1 << 16];
            using var json = new MemoryStream();
            for (int read; (read = packed.Read(buffer)) > 0;)
            {
                json.Write(buffer, 0, read);
                if (json.Length > MostUnpacked)
                    return null;
            }

            return Parse(JsonElement.Parse(json.GetBuffer().AsSpan(0, (int)json.Length)));
        }
        catch (Exception error) when (error is FormatException or JsonException or InvalidDataException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>What is different in <paramref name="later"/>, in order of name. Nothing of both is untrusted but the names.</summary>
    public IReadOnlyList<PlanDifference> CompareTo(PlanFingerprint later)
    {
        var differences = new List<PlanDifference>();
        foreach (var name in _entries.Keys.Union(later._entries.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (was, now) = (_entries.GetValueOrDefault(name), later._entries.GetValueOrDefault(name));
            if (was is null && IsCut || now is null && later.IsCut || was is not null && now is not null && was.Verb == now.Verb && was.Hash == now.Hash)
                continue;
            var attributes = was is { Attributes.Count: > 0 } && now is { Attributes.Count: > 0 }
                ? was.Attributes.Keys.Union(now.Attributes.Keys, StringComparer.Ordinal).Where(a => was.Attributes.GetValueOrDefault(a) != now.Attributes.GetValueOrDefault(a)).Order(StringComparer.Ordinal).ToArray()
                : [];
            differences.Add(new PlanDifference(name, was?.Verb ?? "", now?.Verb ?? "", attributes));
        }

        return differences;
    }

    private static string Verb(ResourceChange change) => (change.Kind, change.IsMoved) switch
    {
        (ChangeKind.NoOp, true) => "moved",
        (ChangeKind.NoOp, _) => "imported",
        _ => Verb(change.Kind),
    };

    private static string Verb(ChangeKind kind) => kind switch
    {
        ChangeKind.Create => "created",
        ChangeKind.Update => "updated",
        ChangeKind.Delete => "destroyed",
        ChangeKind.DeleteThenCreate or ChangeKind.CreateThenDelete => "replaced",
        ChangeKind.Forget => "forgotten",
        ChangeKind.CreateThenForget => "created anew and forgotten",
        ChangeKind.Read => "read",
        _ => "changed in a way that is not known",
    };

    private static Dictionary<string, string> Attributes(byte[] key, IReadOnlyList<AttributeChange> changes)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            var text = $"{change.Kind}\n{change.IsUnknown}\n{change.ForcesReplacement}\n{Raw(change.RawBefore)}\n{Raw(change.RawAfter)}";
            hashes[change.Path] = Hash(key, Encoding.UTF8.GetBytes(hashes.GetValueOrDefault(change.Path) + change.Path + "\n" + text));
        }

        return hashes;

        static string Raw(JsonElement? value) => value is { } element ? Encoding.UTF8.GetString(CanonicalPlanJson.Of(element).Span) : "";
    }

    private static string Hash(byte[] key, ResourceChange change)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            PlanDigest.Write(json, change);
            json.WriteEndObject();
        }

        return Hash(key, buffer.WrittenSpan);
    }

    private static string Hash(byte[] key, ReadOnlySpan<byte> data) => Convert.ToBase64String(HMACSHA256.HashData(key, data).AsSpan(0, HashBytes));

    private string Pack(int count, bool withAttributes)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        using (var json = new Utf8JsonWriter(deflate))
        {
            json.WriteStartObject();
            json.WriteNumber("v", 1);
            json.WriteBoolean("cut", IsCut || count < _entries.Count);
            json.WriteStartObject("e");
            foreach (var (name, entry) in _entries.Take(count))
            {
                json.WriteStartArray(name);
                json.WriteStringValue(entry.Verb);
                json.WriteStringValue(entry.Hash);
                if (withAttributes && entry.Attributes.Count > 0)
                {
                    json.WriteStartObject();
                    foreach (var (path, hash) in entry.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
                        json.WriteString(path, hash);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return $"<!-- plan-fingerprint: {Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length)} -->";
    }

    private static PlanFingerprint? Parse(JsonElement json)
    {
        if (json.GetProperty("v").GetInt32() != 1)
            return null;
        var entries = new SortedDictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var property in json.GetProperty("e").EnumerateObject())
        {
            var attributes = property.Value.GetArrayLength() > 2
                ? property.Value[2].EnumerateObject().ToDictionary(a => a.Name, a => a.Value.GetString()!, StringComparer.Ordinal)
                : [];
            entries[property.Name] = new Entry(property.Value[0].GetString()!, property.Value[1].GetString()!, attributes);
        }

        return new PlanFingerprint(entries, json.GetProperty("cut").GetBoolean());
    }

    [GeneratedRegex("<!-- plan-fingerprint: ([A-Za-z0-9+/=]+) -->")]
    private static partial Regex HiddenForm();

    private sealed record Entry(string Verb, string Hash, IReadOnlyDictionary<string, string> Attributes);
}

/// <summary>What is different of one object or output between two plans.</summary>
/// <param name="Name">The address, or <c>output NAME</c>; not escaped.</param>
/// <param name="Was">What was to be done, for example <c>updated</c>; empty if nothing.</param>
/// <param name="Now">What is to be done; empty if nothing.</param>
/// <param name="Attributes">The attributes that would get another value than before; empty if that is not known.</param>
public sealed record PlanDifference(string Name, string Was, string Now, IReadOnlyList<string> Attributes)
{
    /// <summary>One clause without a full stop, to follow the name; attributes in it are not escaped.</summary>
    public string Words => (Was, Now) switch
    {
        ("", _) => $"was not in the last plan, and is to be {Now}",
        (_, "") => $"was to be {Was}, and stays as it is now",
        _ when Was != Now => $"was to be {Was}, and is to be {Now}",
        _ when Attributes.Count > 0 => $"is still to be {Now}, but with other values: {string.Join(", ", Attributes.Take(8))}{(Attributes.Count > 8 ? $" and {Attributes.Count - 8} more" : "")}",
        _ => $"is still to be {Now}, but differently",
    };
}
