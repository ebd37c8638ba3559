using System.Globalization;
using System.Text.Json;
using Actions.Shared.GitHub;
using Actions.Shared.Text;

namespace Actions.Shared.Plans;

/// <summary>
/// Tells what differs between the values before and after, attribute by attribute: items of lists are matched where they are equal, texts are compared
/// line by line, and JSON and YAML in strings by what they say.
/// </summary>
public sealed class AttributeDiff
{
    private const int LongestLine = 1_200;
    private const int Inline = 100;
    private const int MostCells = 1_000_000;
    private const int MostLines = 300;

    private readonly PlanRedactor _redactor;
    private readonly ValueText _text;
    private readonly IReadOnlyList<AttributePath> _replacing;
    private readonly List<AttributeChange> _changes = [];

    private AttributeDiff(PlanRedactor redactor, IReadOnlyList<AttributePath> replacing)
    {
        _redactor = redactor;
        _text = new ValueText(redactor);
        _replacing = replacing;
    }

    /// <summary>The attributes of <paramref name="change"/> that change, in order of their names.</summary>
    /// <param name="change">An object that is changed, replaced, created, destroyed, or has drifted.</param>
    /// <param name="redactor">Made for its plan.</param>
    public static IReadOnlyList<AttributeChange> Of(ResourceChange change, PlanRedactor redactor) =>
        Of("", change.Before, change.After, change.AfterUnknown, change.BeforeSensitive, change.AfterSensitive, change.ReplacePaths, redactor);

    /// <summary>The change of an output; more than one entry if it is an object or a list.</summary>
    /// <param name="change">The output.</param>
    /// <param name="redactor">Made for its plan.</param>
    public static IReadOnlyList<AttributeChange> Of(OutputChange change, PlanRedactor redactor) =>
        Of(ValueText.Key(change.Name), change.Before, change.After, change.AfterUnknown, change.BeforeSensitive, change.AfterSensitive, [], redactor);

    private static List<AttributeChange> Of(
        string name, PlanJson before, PlanJson after, PlanJson unknown, PlanJson beforeSensitive, PlanJson afterSensitive, IReadOnlyList<AttributePath> replacing, PlanRedactor redactor)
    {
        var diff = new AttributeDiff(redactor, replacing);
        // Sensitive marks of what is not there mean nothing.
        var (left, right) = (before.Value, after.Value);
        diff.Compare(new Place(name, AttributePath.Root, name), left, right, MarkTree.Of(unknown), left is null ? default : MarkTree.Of(beforeSensitive), MarkTree.Of(afterSensitive));
        return diff._changes;
    }

    private void Compare(Place place, JsonElement? before, JsonElement? after, MarkTree unknown, MarkTree sensitiveBefore, MarkTree sensitiveAfter)
    {
        before = before?.ValueKind == JsonValueKind.Null ? null : before;
        after = after?.ValueKind == JsonValueKind.Null ? null : after;
        var same = !unknown.Any && AreEqual(before, after);
        if (same && !sensitiveBefore.Any && !sensitiveAfter.Any)
            return;
        if (sensitiveBefore.Whole || sensitiveAfter.Whole)
        {
            CompareSecret(place, before, after, unknown.Any, same, sensitiveBefore.Whole, sensitiveAfter.Whole);
            return;
        }

        if (unknown.Whole)
        {
            Add(place, before, null, _text.Of(place.Name, before, sensitiveBefore), ValueText.Unknown, isUnknown: true);
            return;
        }

        switch (before?.ValueKind, after?.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object):
            case (JsonValueKind.Object or null, JsonValueKind.Object or null) when place.Path.Length == 0 || unknown.Any || IsLong(before ?? after):
                CompareObjects(place, before, after, unknown, sensitiveBefore, sensitiveAfter);
                break;
            case (JsonValueKind.Array, JsonValueKind.Array):
            case (JsonValueKind.Array or null, JsonValueKind.Array or null) when unknown.Any || IsLong(before ?? after):
                CompareLists(place, before, after, unknown, sensitiveBefore, sensitiveAfter);
                break;
            case (JsonValueKind.String, JsonValueKind.String):
                CompareTexts(place, before!.Value, after!.Value);
                break;
            case (null, JsonValueKind.String) when after!.Value.GetString()!.Contains('\n', StringComparison.Ordinal):
            case (JsonValueKind.String, null) when before!.Value.GetString()!.Contains('\n', StringComparison.Ordinal):
                AddText(place, before, after);
                break;
            default:
                if (!same)
                    Add(place, before, after, _text.Of(place.Name, before, sensitiveBefore), _text.Of(place.Name, after, sensitiveAfter, unknown));
                break;
        }
    }

    private void CompareSecret(Place place, JsonElement? before, JsonElement? after, bool unknown, bool same, bool wasMarked, bool isMarked)
    {
        if (!same)
        {
            var line = before is not null && (after is not null || unknown) ? [$"! {Path(place)}: another {PlanRedactor.Marked}{(unknown ? ", known after apply" : "")}{Forces(place)}"] : Array.Empty<string>();
            if (before is null && after is null && !unknown)
                return;
            Add(place, before, after, PlanRedactor.Marked, PlanRedactor.Marked, unknown, line);
            return;
        }

        if (before is null || wasMarked == isMarked)
            return;
        _changes.Add(new AttributeChange(
            Path(place), isMarked ? AttributeChangeKind.MarkedSensitive : AttributeChangeKind.UnmarkedSensitive,
            [$"! {Path(place)}: the same value, {(isMarked ? "marked as sensitive from now on" : "not marked as sensitive any more")}"])
        {
            Attribute = place.Attribute,
            RawBefore = before,
            RawAfter = after,
        });
    }

    private void CompareObjects(Place place, JsonElement? before, JsonElement? after, MarkTree unknown, MarkTree sensitiveBefore, MarkTree sensitiveAfter)
    {
        var start = _changes.Count;
        foreach (var name in Names(before).Union(Names(after), StringComparer.Ordinal).Union(unknown.Names, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            Compare(
                place.Property(name, ValueText.NameOf(after ?? before, name)), Property(before, name), Property(after, name), unknown[name], sensitiveBefore[name], sensitiveAfter[name]);
        }

        // An object that appears or goes with nothing but nulls in it.
        if (_changes.Count == start && before is null != after is null && place.Path.Length > 0)
            Add(place, before, after, _text.Of(place.Name, before, sensitiveBefore), _text.Of(place.Name, after, sensitiveAfter, unknown));
    }

    private void CompareLists(Place place, JsonElement? before, JsonElement? after, MarkTree unknown, MarkTree sensitiveBefore, MarkTree sensitiveAfter)
    {
        var (left, right) = (Items(before), Items(after));
        var start = _changes.Count;
        if (unknown.Any || sensitiveBefore.Any || sensitiveAfter.Any)
        {
            for (var i = 0; i < Math.Max(Math.Max(left.Length, right.Length), unknown.Length); i++)
                Pair(i < left.Length ? i : -1, i < right.Length ? i : -1, i);
        }
        else
        {
            foreach (var (removed, added) in Hunks(left, right))
            {
                for (var i = 0; i < Math.Max(removed.Count, added.Count); i++)
                    Pair(i < removed.Count ? removed[i] : -1, i < added.Count ? added[i] : -1, i < added.Count ? added[i] : removed[i]);
            }
        }

        if (_changes.Count == start && before is null != after is null)
            Add(place, before, after, _text.Of(place.Name, before, sensitiveBefore), _text.Of(place.Name, after, sensitiveAfter, unknown));

        void Pair(int was, int now, int shown)
        {
            JsonElement? old = was < 0 ? null : left[was];
            JsonElement? fresh = now < 0 ? null : right[now];
            var marks = now < 0 && !(shown < unknown.Length) ? default : unknown[shown];
            Compare(place.Item(shown), old, fresh, marks, was < 0 ? default : sensitiveBefore[was], now < 0 ? sensitiveAfter[shown] : sensitiveAfter[now]);
        }
    }

    private void CompareTexts(Place place, JsonElement before, JsonElement after)
    {
        var (left, right) = (before.GetString()!, after.GetString()!);
        if (!IsSecret(place, left) && !IsSecret(place, right))
        {
            var (function, was, now) = EmbeddedData.Json(left) is { } leftJson && EmbeddedData.Json(right) is { } rightJson
                ? ("jsondecode", leftJson, rightJson)
                : EmbeddedData.Yaml(left) is { } leftYaml && EmbeddedData.Yaml(right) is { } rightYaml ? ("yamldecode", leftYaml, rightYaml) : ("", default, default);
            if (function.Length > 0 && was.ValueKind == now.ValueKind && !AreEqual(was, now))
            {
                Compare(place.Inside(function), was, now, default, default, default);
                return;
            }

            if (left.Contains('\n', StringComparison.Ordinal) || right.Contains('\n', StringComparison.Ordinal))
            {
                AddText(place, before, after);
                return;
            }
        }

        Add(place, before, after, _text.Of(place.Name, before), _text.Of(place.Name, after));
    }

    private bool IsSecret(Place place, string text) => _redactor.Value(place.Name, text) is PlanRedactor.Suspected or PlanRedactor.Marked;

    private void AddText(Place place, JsonElement? before, JsonElement? after)
    {
        var (left, right) = (_redactor.Value(place.Name, before?.GetString() ?? ""), _redactor.Value(place.Name, after?.GetString() ?? ""));
        if (left is PlanRedactor.Suspected or PlanRedactor.Marked || right is PlanRedactor.Suspected or PlanRedactor.Marked)
        {
            Add(place, before, after, _text.Of(place.Name, before), _text.Of(place.Name, after));
            return;
        }

        var lines = TextDiff.Between(left, right);
        if (lines.Count == 0)
            lines = ["! a hidden part of the text changes"];
        var shown = lines.Take(MostLines).ToList();
        if (lines.Count > MostLines)
            shown.Add(string.Create(CultureInfo.InvariantCulture, $"! … {lines.Count - MostLines} more lines"));
        Add(place, before, after, left, right, lines: [$"! {Path(place)}:{Forces(place)}", .. shown.Select(l => string.Concat(l.AsSpan(0, 2), "  ", l.AsSpan(2)))]);
    }

    private void Add(Place place, JsonElement? before, JsonElement? after, string left, string right, bool isUnknown = false, IReadOnlyList<string>? lines = null)
    {
        var kind = before is null ? AttributeChangeKind.Added : after is null && !isUnknown ? AttributeChangeKind.Removed : AttributeChangeKind.Changed;
        if (lines is not { Count: > 0 })
        {
            var isSilent = left == right && kind == AttributeChangeKind.Changed;
            lines = isSilent
                ? [$"! {Path(place)}: another value {left}{Forces(place)}"]
                :
                [
                    .. kind == AttributeChangeKind.Added ? [] : (string[])[$"- {Path(place)}: {left}{(kind == AttributeChangeKind.Removed ? Forces(place) : "")}"],
                    .. kind == AttributeChangeKind.Removed ? [] : (string[])[$"+ {Path(place)}: {right}{Forces(place)}"],
                ];
        }

        _changes.Add(new AttributeChange(Path(place), kind, [.. lines.Select(Clean)])
        {
            ForcesReplacement = Forces(place).Length > 0,
            IsUnknown = isUnknown,
            HidesSuspect = left.Contains(PlanRedactor.Suspected, StringComparison.Ordinal) || right.Contains(PlanRedactor.Suspected, StringComparison.Ordinal),
            Attribute = place.Attribute,
            RawBefore = before,
            RawAfter = after,
        });
    }

    private static string Clean(string line) =>
        PlainText.Shorten(string.Concat(line.AsSpan(0, 2), VisibleText.Visible(VisibleText.WellFormed(PlainText.Clean(line[2..])))), LongestLine);

    private string Path(Place place) => _redactor.Text(place.Path);

    private string Forces(Place place) => _replacing.Any(p => p.Overlaps(place.Attribute)) ? "  # forces replacement" : "";

    private static bool AreEqual(JsonElement? left, JsonElement? right) =>
        left is { } a && right is { } b ? CanonicalPlanJson.AreEqual(a, b) : left is null && right is null;

    private static bool IsLong(JsonElement? value) => value is { ValueKind: JsonValueKind.Object or JsonValueKind.Array } container && container.GetRawText().Length > Inline;

    private static IEnumerable<string> Names(JsonElement? value) => value?.EnumerateObject().Select(p => p.Name) ?? [];

    private static JsonElement? Property(JsonElement? value, string name) => value is { } map && map.TryGetProperty(name, out var found) ? found : null;

    private static JsonElement[] Items(JsonElement? value) => value is { } list ? [.. list.EnumerateArray()] : [];

    // What lies between the items that both have, as places on the left and on the right.
    private static List<(List<int> Removed, List<int> Added)> Hunks(JsonElement[] left, JsonElement[] right)
    {
        var (was, now) = (left.Select(Canonical).ToArray(), right.Select(Canonical).ToArray());
        var start = 0;
        while (start < was.Length && start < now.Length && was[start] == now[start])
            start++;
        var end = 0;
        while (end < was.Length - start && end < now.Length - start && was[^(end + 1)] == now[^(end + 1)])
            end++;
        var (rows, columns) = (was.Length - start - end, now.Length - start - end);
        if ((long)rows * columns > MostCells)
            return [([.. Enumerable.Range(start, rows)], [.. Enumerable.Range(start, columns)])];

        var length = new int[rows + 1, columns + 1];
        for (var i = rows - 1; i >= 0; i--)
        {
            for (var j = columns - 1; j >= 0; j--)
                length[i, j] = was[start + i] == now[start + j] ? length[i + 1, j + 1] + 1 : Math.Max(length[i + 1, j], length[i, j + 1]);
        }

        var hunks = new List<(List<int>, List<int>)>();
        (List<int> Removed, List<int> Added) hunk = ([], []);
        for (int i = 0, j = 0; i < rows || j < columns;)
        {
            if (i < rows && j < columns && was[start + i] == now[start + j])
            {
                if (hunk.Removed.Count + hunk.Added.Count > 0)
                {
                    hunks.Add(hunk);
                    hunk = ([], []);
                }

                (i, j) = (i + 1, j + 1);
            }
            else if (j >= columns || i < rows && length[i + 1, j] >= length[i, j + 1])
            {
                hunk.Removed.Add(start + i++);
            }
            else
            {
                hunk.Added.Add(start + j++);
            }
        }

        hunks.Add(hunk);
        return hunks;

        static string Canonical(JsonElement item) => System.Text.Encoding.UTF8.GetString(CanonicalPlanJson.Of(item).Span);
    }

    /// <summary>Where in the value the comparison is: as text, as steps, and the name that tells whether it is secret.</summary>
    private readonly record struct Place(string Path, AttributePath Attribute, string Name, bool IsInside = false)
    {
        public Place Property(string name, string secretName) => new(
            (Path, AttributePath.IsIdentifier(name)) switch
            {
                ("", true) => name,
                (_, true) => $"{Path}.{name}",
                _ => $"{Path}[{ValueText.Key(name)}]",
            },
            IsInside ? Attribute : Attribute.Property(name), secretName, IsInside);

        public Place Item(int index) => new(string.Create(CultureInfo.InvariantCulture, $"{Path}[{index}]"), IsInside ? Attribute : Attribute.Item(index), Name, IsInside);

        public Place Inside(string function) => new($"{function}({Path})", Attribute, Name, true);
    }
}
