using System.Runtime.InteropServices;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Validation.Structure;

/// <summary>
/// Says what Kubernetes would refuse in a document, given the schema of its type. Types are those of the API server's decoder: null counts as
/// absent where a field is optional, whole floats (<c>1.0</c>, <c>1e3</c>) are integers, text is never turned into numbers or the other way round.
/// Values that SOPS has encrypted are accepted everywhere. Pure and safe for concurrent use.
/// </summary>
public static class StructureValidator
{
    [ThreadStatic]
    private static SchemaWalk? _spare;

    /// <summary>The problems of <paramref name="node"/>, in the order in which the walk meets them; empty when there are none.</summary>
    /// <param name="node">The object, usually a whole document or an item of a List.</param>
    /// <param name="schema">What its type allows.</param>
    /// <param name="strict">Whether unknown fields are problems.</param>
    public static IReadOnlyList<StructureProblem> Validate(YamlNode node, Schema schema, bool strict = true)
    {
        var walk = _spare ?? new SchemaWalk();
        _spare = null;
        var problems = walk.Run(node, schema, strict);
        _spare = walk;
        return problems;
    }

    /// <summary>
    /// The problems of <paramref name="node"/> over several versions. The same problem in several versions is listed once, with those versions,
    /// or with none if it holds for all; versions with the same <see cref="Schema"/> instance cost nothing more.
    /// </summary>
    /// <param name="node">The object, usually a whole document or an item of a List.</param>
    /// <param name="schemas">The versions asked for and what its type allows in each.</param>
    /// <param name="strict">Whether unknown fields are problems.</param>
    public static IReadOnlyList<StructureProblem> Validate(YamlNode node, IReadOnlyList<(string Version, Schema Schema)> schemas, bool strict = true)
    {
        List<(StructureProblem Problem, int Index)>? found = null;
        for (var i = 0; i < schemas.Count; i++)
        {
            var same = IndexOfSame(schemas, i);
            if (same < i)
            {
                if (found is not null)
                {
                    AddAgain(found, same, i);
                }

                continue;
            }

            var problems = Validate(node, schemas[i].Schema, strict);
            for (var p = 0; p < problems.Count; p++)
            {
                (found ??= []).Add((problems[p], i));
            }
        }

        return found is null ? [] : Merge(found, schemas);
    }

    private static int IndexOfSame(IReadOnlyList<(string Version, Schema Schema)> schemas, int index)
    {
        var resolved = schemas[index].Schema.Resolve();
        for (var i = 0; i < index; i++)
        {
            if (ReferenceEquals(schemas[i].Schema.Resolve(), resolved))
            {
                return i;
            }
        }

        return index;
    }

    private static void AddAgain(List<(StructureProblem Problem, int Index)> found, int from, int to)
    {
        for (int i = 0, count = found.Count; i < count; i++)
        {
            if (found[i].Index == from)
            {
                found.Add((found[i].Problem, to));
            }
        }
    }

    private static List<StructureProblem> Merge(List<(StructureProblem Problem, int Index)> found, IReadOnlyList<(string Version, Schema Schema)> schemas)
    {
        var order = new List<StructureProblem>();
        var versions = new Dictionary<(string, Findings.TextRegion, string, string), SortedSet<int>>();
        foreach (var (problem, index) in found)
        {
            ref var holds = ref CollectionsMarshal.GetValueRefOrAddDefault(versions, Identity(problem), out var known);
            if (!known)
            {
                holds = [];
                order.Add(problem);
            }

            holds!.Add(index);
        }

        for (var i = 0; i < order.Count; i++)
        {
            var holds = versions[Identity(order[i])];
            if (holds.Count < schemas.Count)
            {
                order[i] = order[i] with { KubernetesVersions = [.. holds.Select(h => schemas[h].Version)] };
            }
        }

        return order;
    }

    private static (string Rule, Findings.TextRegion Region, string Field, string Message) Identity(StructureProblem problem) =>
        (problem.Rule.Id, problem.Region, problem.Field, problem.Message);
}
