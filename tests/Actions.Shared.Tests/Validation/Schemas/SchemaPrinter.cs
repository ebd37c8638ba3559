using System.Text;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Tests.Validation.Schemas;

/// <summary>Ways to look at a whole schema in a test.</summary>
internal static class SchemaPrinter
{
    /// <summary>The content of a field of an object.</summary>
    public static Schema Field(this Schema schema, string name)
    {
        schema.Resolve().Properties.Keys.ShouldContain(name);
        return schema.Resolve().Properties[name].Resolve();
    }

    /// <summary>Adds a schema and everything below it.</summary>
    public static void Visit(Schema schema, HashSet<Schema> seen)
    {
        schema = schema.Resolve();
        if (!seen.Add(schema))
        {
            return;
        }

        foreach (var child in Children(schema))
        {
            Visit(child.Schema, seen);
        }
    }

    /// <summary>The whole content as text; a type that was printed before is named by its number.</summary>
    public static string Print(Schema schema)
    {
        var text = new StringBuilder();
        Print(schema, text, new Dictionary<Schema, int>(ReferenceEqualityComparer.Instance));
        return text.ToString();
    }

    private static void Print(Schema schema, StringBuilder text, Dictionary<Schema, int> seen)
    {
        schema = schema.Resolve();
        if (!seen.TryAdd(schema, seen.Count))
        {
            text.Append('#').Append(seen[schema]).Append(' ');
            return;
        }

        text.Append(schema.Type).Append(schema.Format).Append(schema.Nullable).Append(schema.PreservesUnknownFields).Append(schema.ListType)
            .AppendJoin(',', schema.ListMapKeys).Append(';').AppendJoin(',', schema.Required).Append(';').AppendJoin(',', schema.Enum ?? []).Append(schema.Pattern);
        foreach (var (name, child) in Children(schema))
        {
            text.Append('{').Append(name).Append(':');
            Print(child, text, seen);
            text.Append('}');
        }
    }

    private static IEnumerable<(string Name, Schema Schema)> Children(Schema schema) =>
        schema.Properties.Select(p => (p.Key, p.Value))
            .Concat(schema.AdditionalProperties is { } additional ? [("{}", additional)] : [])
            .Concat(schema.Items is { } items ? [("[]", items)] : [])
            .Concat(schema.AllOf.Select(s => ("allOf", s)))
            .Concat(schema.AnyOf.Select(s => ("anyOf", s)))
            .Concat(schema.OneOf.Select(s => ("oneOf", s)))
            .Concat(schema.Not is { } not ? [("not", not)] : []);
}
