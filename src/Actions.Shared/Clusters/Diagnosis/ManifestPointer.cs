using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Actions.Shared.Clusters.Objects;

namespace Actions.Shared.Clusters.Diagnosis;

/// <summary>Finds the field of an applied object that leads to a cause, as a JSON pointer. A field that is missing is given by its nearest parent.</summary>
/// <param name="manifest">The object as it was applied, or as the cluster gives it.</param>
internal sealed class ManifestPointer(ClusterObject manifest)
{
    private readonly string[] _podSpec = manifest.Kind switch
    {
        "Pod" => ["spec"],
        "CronJob" => ["spec", "jobTemplate", "spec", "template", "spec"],
        _ => ["spec", "template", "spec"],
    };

    /// <summary>A field of the object itself.</summary>
    public string OfObject(string field) => Resolve([.. Split(field)]);

    /// <summary>
    /// A field of the pod spec. <c>volume/NAME</c> is the volume of that name; after it, and for <see cref="OfContainer"/>, <c>Secret/NAME/KEY</c> or
    /// <c>ConfigMap/NAME/KEY</c> is the reference to that object.
    /// </summary>
    public string OfPod(string field)
    {
        if (field.StartsWith("claim/", StringComparison.Ordinal))
        {
            return OfClaimVolume(field["claim/".Length..]);
        }

        if (!field.StartsWith("volume/", StringComparison.Ordinal))
        {
            return Resolve([.. _podSpec, .. Split(field)]);
        }

        var bar = field.IndexOf('|', StringComparison.Ordinal);
        var name = bar < 0 ? field["volume/".Length..] : field["volume/".Length..bar];
        var volumes = Node(_podSpec).Objects("volumes").ToList();
        var index = volumes.FindIndex(v => v.Text("name") == name);
        if (index < 0)
        {
            return Resolve([.. _podSpec, "volumes"]);
        }

        string[] path = [.. _podSpec, "volumes", Number(index)];
        return Resolve(bar >= 0 ? [.. path, .. VolumeReference(volumes[index], field[(bar + 1)..].Split('/', 3))] : path);
    }

    /// <summary>A field of a container; null if the object does not define that container.</summary>
    public string? OfContainer(LiveContainer container, string field)
    {
        var containers = Node(_podSpec).Objects(container.List).ToList();
        var index = containers.FindIndex(c => c.Text("name") == container.Name);
        if (index < 0)
        {
            return null;
        }

        string[] path = [.. _podSpec, container.List, Number(index)];
        return field.StartsWith("Secret/", StringComparison.Ordinal) || field.StartsWith("ConfigMap/", StringComparison.Ordinal)
            ? Resolve([.. path, .. EnvironmentReference(containers[index], field.Split('/', 3))])
            : Resolve([.. path, .. Split(field)]);
    }

    private string OfClaimVolume(string claim)
    {
        var volumes = Node(_podSpec).Objects("volumes").ToList();
        var index = volumes.FindIndex(v => v.Object("persistentVolumeClaim").Text("claimName") == claim);
        if (index >= 0)
        {
            return Resolve([.. _podSpec, "volumes", Number(index), "persistentVolumeClaim", "claimName"]);
        }

        // Claims of a StatefulSet are called TEMPLATE-NAME-ORDINAL.
        var template = manifest.Spec.Objects("volumeClaimTemplates").ToList()
            .FindIndex(t => t.Object("metadata").Text("name") is { } name && claim.StartsWith($"{name}-", StringComparison.Ordinal));
        return template >= 0 ? Resolve(["spec", "volumeClaimTemplates", Number(template), "spec", "storageClassName"]) : Resolve([.. _podSpec, "volumes"]);
    }

    private static string[] EnvironmentReference(JsonObject container, string[] reference)
    {
        var (kind, name, key) = (reference[0], reference[1], reference[2]);
        var (keyField, allField) = kind == "Secret" ? ("secretKeyRef", "secretRef") : ("configMapKeyRef", "configMapRef");
        var index = 0;
        foreach (var variable in container.Objects("env"))
        {
            if (variable.Object("valueFrom").Object(keyField) is { } from && from.Text("name") == name && (key.Length == 0 || from.Text("key") == key))
            {
                return ["env", Number(index), "valueFrom", keyField, key.Length > 0 ? "key" : "name"];
            }

            index++;
        }

        index = 0;
        foreach (var source in container.Objects("envFrom"))
        {
            if (source.Object(allField).Text("name") == name)
            {
                return ["envFrom", Number(index), allField, "name"];
            }

            index++;
        }

        return ["env"];
    }

    private static string[] VolumeReference(JsonObject volume, string[] reference)
    {
        var (kind, name, key) = (reference[0], reference[1], reference[2]);
        var (field, nameField) = kind == "Secret" ? ("secret", "secretName") : ("configMap", "name");
        if (volume.Object(field) is { } source)
        {
            var item = key.Length == 0 ? -1 : source.Objects("items").ToList().FindIndex(i => i.Text("key") == key);
            return item >= 0 ? [field, "items", Number(item), "key"] : [field, nameField];
        }

        var projected = volume.Object("projected").Objects("sources").ToList().FindIndex(s => s.Object(field) is { } part && (name.Length == 0 || part.Text("name") == name));
        return projected >= 0 ? ["projected", "sources", Number(projected), field, "name"] : [];
    }

    private JsonNode? Node(string[] path)
    {
        JsonNode? node = manifest.Body;
        foreach (var step in path)
        {
            node = node.Object(step);
        }

        return node;
    }

    private string Resolve(string[] path)
    {
        var pointer = new StringBuilder();
        JsonNode? node = manifest.Body;
        foreach (var step in path)
        {
            node = node switch
            {
                JsonObject map => map[step],
                JsonArray list when int.TryParse(step, CultureInfo.InvariantCulture, out var index) && index < list.Count => list[index],
                _ => null,
            };
            if (node is null)
            {
                break;
            }

            pointer.Append('/').Append(step.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        }

        return pointer.ToString();
    }

    private static string[] Split(string field) => field.Length == 0 ? [] : field.Split('/');

    private static string Number(int index) => index.ToString(CultureInfo.InvariantCulture);
}
