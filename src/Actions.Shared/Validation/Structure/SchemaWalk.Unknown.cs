using System.Text;
using Actions.Shared.Manifests;
using Actions.Shared.Text;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Validation.Structure;

internal sealed partial class SchemaWalk
{
    private static readonly string[] EmbeddedFields = ["apiVersion", "kind", "metadata"];

    private const int DeepestSearch = 4;
    private const int MostSchemasSearched = 400;
    private const int MostFieldsListed = 12;

    private void ReportUnknown(YamlMapping mapping, Schema schema, YamlEntry entry)
    {
        var key = entry.Key.Value;
        var place = _path.Name();
        var (message, hint) = Advise(mapping, schema, key);
        Add(StructureRules.UnknownField, entry.Key.Region, $"Unknown field {Words.Quote(key)} in {place}{message}", hint, key);
    }

    private (string Message, string? Hint) Advise(YamlMapping mapping, Schema schema, string key)
    {
        var known = KnownFields(schema);
        var meant = Suggestions.Closest(key, known.Where(k => !mapping.TryGetValue(k, out _)));
        if (meant is not null && Suggestions.EditDistance(key, meant, 1, ignoreCase: true) <= 1)
        {
            return DidYouMean(key, meant);
        }

        if (Ancestor(key) is { } ancestor)
        {
            return ($"; it belongs to `{ancestor}`", $"`{key}` is indented too deep: move it out to `{ancestor}`.");
        }

        if (Below(mapping, schema, "", key, 1) is { } child)
        {
            return BelongsBelow(key, child);
        }

        if (meant is not null)
        {
            return DidYouMean(key, meant);
        }

        if (Beside(key) is { } beside)
        {
            return ($"; it belongs to `{beside}`", $"Move `{key}` to `{beside}`.");
        }

        if (Below(mapping, schema, "", key, DeepestSearch) is { } deeper)
        {
            return BelongsBelow(key, deeper);
        }

        return known.Count is > 0 and <= MostFieldsListed
            ? ("", $"Known fields are {Words.Join([.. known.Order(StringComparer.Ordinal)], "and")}.")
            : ("", null);
    }

    private static (string Message, string Hint) DidYouMean(string key, string meant) =>
        ($"; did you mean `{meant}`?", string.Equals(key, meant, StringComparison.OrdinalIgnoreCase) ? $"Write it as `{meant}`: case matters." : $"Rename it to `{meant}`.");

    private (string Message, string Hint) BelongsBelow(string key, string below)
    {
        var path = _path.Count == 1 ? below : $"{_path.Name(_path.Count - 1, numbered: false)}.{below}";
        return ($"; it belongs to `{path}`", $"`{key}` is not indented deep enough: move it into `{below}`.");
    }

    /// <summary>The nearest node above that knows the field.</summary>
    private string? Ancestor(string key)
    {
        for (var depth = _path.Count - 2; depth >= 0; depth--)
        {
            if (_path[depth].Node is YamlMapping && Knows(_path[depth].Schema, key))
            {
                return _path.Name(depth, numbered: false);
            }
        }

        return null;
    }

    /// <summary>A neighbour of the node, or of one above it, that knows the field.</summary>
    private string? Beside(string key)
    {
        for (var depth = _path.Count - 2; depth >= 0; depth--)
        {
            if (_path[depth].Node is YamlMapping mapping && Below(mapping, _path[depth].Schema, "", key, 1) is { } path)
            {
                return depth == 0 ? path : $"{_path.Name(depth, numbered: false)}.{path}";
            }
        }

        return null;
    }

    /// <summary>
    /// The nearest place under <paramref name="mapping"/> that knows the field: one that is in the document if there is any,
    /// else the only one at its depth; null when there is none or the choice is open.
    /// </summary>
    private static string? Below(YamlMapping mapping, Schema schema, string prefix, string key, int deepest)
    {
        var level = new List<(YamlNode? Node, Schema Schema, string Path)> { (mapping, schema, prefix) };
        var seen = new HashSet<Schema>(ReferenceEqualityComparer.Instance);
        for (var depth = 0; depth < deepest && level.Count > 0; depth++)
        {
            var next = new List<(YamlNode? Node, Schema Schema, string Path)>();
            foreach (var (node, parent, path) in level)
            {
                foreach (var (name, property) in parent.Properties)
                {
                    if (depth == 0 && path.Length == 0 && name == "status")
                    {
                        continue;
                    }

                    var child = (node as YamlMapping)?[name];
                    var resolved = property.Resolve();
                    var step = new StringBuilder(path);
                    FieldPath.AppendKey(step, name);
                    if (resolved is { Type: SchemaType.Array, Items: { } items })
                    {
                        step.Append("[]");
                        resolved = items.Resolve();
                        child = child is YamlSequence { Count: > 0 } list ? list[0] : child;
                    }

                    if (resolved.Properties.Count > 0 && seen.Count < MostSchemasSearched && (child is not null || seen.Add(resolved)))
                    {
                        next.Add((child, resolved, step.ToString()));
                    }
                }
            }

            var found = next.FindAll(n => n.Schema.Properties.ContainsKey(key));
            var present = found.Find(n => n.Node is not null);
            if (present.Path is not null || found.Count == 1)
            {
                return present.Path ?? found[0].Path;
            }

            if (found.Count > 1)
            {
                return null;
            }

            level = next;
        }

        return null;
    }

    private static bool Knows(Schema schema, string key) => schema.Properties.ContainsKey(key) || schema.AllOf.Any(a => a.Resolve().Properties.ContainsKey(key));

    private static List<string> KnownFields(Schema schema)
    {
        var known = new List<string>(schema.Properties.Keys);
        foreach (var member in schema.AllOf.Concat(schema.AnyOf).Concat(schema.OneOf))
        {
            known.AddRange(member.Resolve().Properties.Keys.Except(known));
        }

        if (schema.IsEmbeddedResource)
        {
            known.AddRange(EmbeddedFields.Except(known));
        }

        return known;
    }
}
